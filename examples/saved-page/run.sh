#!/usr/bin/env bash
# From a saved pricing page, and a PDF that only people can read, to prices that somebody accepted.
# Usage: ./run.sh [FOLDER]
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="${1:-$(mktemp -d)/acme-ai}"
read -ra tieout <<<"${TIEOUT:-tieout}"

say() {
  printf '\n$ tieout %s\n' "$*"
  "${tieout[@]}" "$@" 2>&1
}

# Ids follow from the bytes, the source and the time: they are the same on every machine.
id_after() { sed -nE "s/.*$1 ([0-9a-f]{12}).*/\1/p" | head -n 1; }

mkdir -p "$(dirname "$folder")"
"${tieout[@]}" init "$folder" >/dev/null
cp "$here/tieout.toml" "$folder/tieout.toml"
cd "$folder"

# 1. What was saved is a login wall: refused, and nothing is recorded.
say prices import "$here/wall.html" --source acme-page --format html-page \
  --accessed-at 2026-07-31T06:00:00Z --url https://acme.example/pricing --by AB || true

# 2. The page itself: who read it, when, where.
said="$(say prices import "$here/pricing.html" --source acme-page --format html-page \
  --accessed-at 2026-07-31T06:00:00Z --url https://acme.example/pricing --by AB)"
echo "$said"
page="$(id_after "recorded as" <<<"$said")"

# 3. Somebody else accepts it.
say prices approve "$page" --by CD
say prices show atlas-4

# 4. A PDF: kept as evidence. Two people key its prices, each for themselves.
said="$(say prices attach "$here/offer.pdf" --source acme-offer \
  --accessed-at 2026-07-31T06:10:00Z --by EF)"
echo "$said"
offer="$(id_after "kept as" <<<"$said")"
say prices key "$offer" "$here/keyed-by-ab.csv" --by AB
say prices key "$offer" "$here/keyed-by-cd.csv" --by CD || true
said="$(say prices key "$offer" "$here/keyed-again-by-cd.csv" --by CD)"
echo "$said"
keyed="$(id_after "agree: capture" <<<"$said")"

# 5. Neither of them accepts it, nor does whoever saved it.
say prices approve "$keyed" --by AB || true
say prices approve "$keyed" --by GH
say prices list
