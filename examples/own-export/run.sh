#!/usr/bin/env bash
# From three files of one's own to a first decision: six commands and one edited file.
# Usage: ./run.sh [FOLDER]   Ends with the exit code of the run: 0 approve, 1 investigate, 9 hold.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="${1:-$(mktemp -d)/acme-ai}"
read -ra tieout <<<"${TIEOUT:-tieout}"

say() {
  printf '\n$ tieout %s\n' "$*"
  "${tieout[@]}" "$@"
}

# 1. Propose settings from the files, then settle the questions in tieout.toml.
#    A person does this by hand; the file kept here is the proposal with the answers in it.
say init "$folder" --from "$here/usage.csv" "$here/ledger.csv" "$here/prices.csv"
cp "$here/tieout.toml" "$folder/tieout.toml"
cd "$folder"

# 2. The price list: where it was read, when, by whom, and who accepts it.
say prices import "$here/prices.csv" --source prices --format price-list \
  --url https://example.com/prices --accessed-at 2026-05-31T20:00:00Z --by AB --approved-by CD

# 3 and 4. The usage export and the books.
say usage import "$here/usage.csv" --by AB
say ledger import "$here/ledger.csv" --by AB

# 5. Which names have a price? "chat-default" has none, so a row is added to mapping.csv.
say mapping check
cp "$here/mapping.csv" mapping.csv

# 6. The decision. Leave --as-of out for a period of your own.
code=0
say run --period 2026-06 --as-of 2026-07-02T07:00:00Z --by AB || code=$?
echo
echo "Ended with exit code $code; the workspace is $folder"
exit "$code"
