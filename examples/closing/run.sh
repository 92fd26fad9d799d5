#!/usr/bin/env bash
# The demo month from hold to a signed close with two keys, and the pack an outsider checks.
# Usage: ./run.sh [FOLDER [REQUESTS]]   Ends with 0 when the period is closed and its pack verifies.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="${1:-$(mktemp -d)/demo-close}"
requests="${2:-60000}"
read -ra tieout <<<"${TIEOUT:-tieout}"
python="${PYTHON:-python3}"
period=2026-08

say() {
  printf '\n$ tieout %s\n' "$*"
  "${tieout[@]}" "$@"
}
# The same, of a long answer only which items stand how.
brief() {
  printf '\n$ tieout %s\n' "$*"
  "${tieout[@]}" "$@" | grep -E '^  [a-z]'
}
# A command whose decision is a result, whatever it is.
decide() {
  local code=0
  say "$@" || code=$?
  [[ $code == 0 || $code == 1 || $code == 9 ]] || exit "$code"
}
# One field of what a command answers with --json.
field() {
  local name="$1"
  shift
  "${tieout[@]}" --json "$@" | "$python" -c 'import json, sys
found = json.load(sys.stdin)
for part in sys.argv[1].split("."):
    found = found[int(part)] if part.lstrip("-").isdigit() else found[part]
print(found)' "$name"
}
# A ruling by AB that waits for the signature of CD.
both() {
  printf '\n$ tieout %s --key ab.key\n' "$*"
  local ruling
  ruling="$(field ruling_id "$@" --key "$keys/ab.key")"
  say sign "$ruling" --key "$keys/cd.key"
}
# The newest capture of a price source.
capture() {
  "${tieout[@]}" --json prices list | "$python" -c 'import json, sys
print([one["capture_id"] for one in json.load(sys.stdin)["captures"]
       if one["source_name"] == sys.argv[1]][-1])' "$1"
}
step() { printf '\n--- %s\n' "$*"; }

step "The month as it is: hold"
code=0
"${tieout[@]}" demo --keep "$folder" --requests "$requests" || code=$?
[[ $code == 9 ]] || exit 1
keys="$folder-keys"
mkdir -p "$keys"
cd "$folder"
cat "$here/settings.toml" >>tieout.toml

step "Two people, each with a key; the passphrases are thrown away with this shell"
export TIEOUT_PASSPHRASE
TIEOUT_PASSPHRASE="$("$python" -c 'import secrets; print(secrets.token_hex(16))')"
say key new "$keys/ab.key"
say key new "$keys/cd.key"
say people found --key "$keys/ab.key" --key "$keys/cd.key" \
  --person "AB=preparer,finance,administrator:$(field public_key key show "$keys/ab.key")" \
  --person "CD=checker,engineering:$(field public_key key show "$keys/cd.key")"

step "A second source. It disagrees on one model, whose money waits until that is settled"
"$python" "$here/public_page.py" demo-files/prices/catalog-2026-08-10.json "$keys/page.csv"
say prices import "$keys/page.csv" --source page --format price-list --by AB --approved-by CD \
  --url https://prices.example/public --accessed-at 2026-08-10T10:00:00Z
catalog="$(capture demo-catalog)"
page="$(capture page)"
say prices resolve "$catalog" "$page" --keep "$catalog" --by CD \
  --evidence "$here/evidence/page-corrected.txt" --reason "the page was corrected the same day"

step "A price nobody publishes: the agreement states one, an estimate signed by two stands for the other"
say prices import "$here/agreement.csv" --source agreement --format price-list --by AB --approved-by CD \
  --grade A --evidence "$here/evidence/agreement.txt" \
  --url https://prices.example/agreement --accessed-at 2026-07-31T10:00:00Z
say prices import "$here/estimates.csv" --source estimates --format price-list --by AB \
  --grade D --evidence "$here/evidence/working-paper.txt" \
  --url https://prices.example/working-paper --accessed-at 2026-07-31T12:00:00Z
both estimate approve "$(capture estimates)" --evidence "$here/evidence/working-paper.txt" \
  --method "the nearest model of the family, plus a fifth" --reason "no source states it for August"

step "Names and an exclusion, signed"
say mapping approve --reason "names of our own importer, each one model" \
  --evidence "$here/evidence/names.txt" --key "$keys/ab.key"
both exclusions approve --reason "the evaluation key is not booked" --evidence "$here/evidence/names.txt"

step "What the figures lean on, shown by the agreement"
brief contract verify units-per-usd catalog-price-meaning currency price-unit-tokens price-unit-media \
  log-row-types created-at-is-end use-time-seconds cache-semantics \
  token-formula quota-rounding task-rounding \
  --proof agreement --file "$here/evidence/agreement.txt" --by AB
for item in billing-failed billing-retried billing-task-failed; do
  brief contract verify "$item" --value "not billable" \
    --proof agreement --file "$here/evidence/agreement.txt" --by AB
done

step "What stands on a name alone gets two signatures"
read -ra unsigned <<<"$("${tieout[@]}" --json people review | "$python" -c 'import json, sys
print(*(one["entry"][:12] for one in json.load(sys.stdin)["unsigned"]))')"
both sign "${unsigned[@]}" --reason "read again beside the captured bytes and the agreement"

step "The month again: what is left are differences, each with a cause or honestly without"
decide run --period "$period" --by job

step "One line is absurd: an adjustment beside the books, signed by two. The rest is reviewed in a table"
absurd="$(field groups.0.group_id variance list --period "$period" --open)"
both adjust --period "$period" --amount -9990 --currency USD --owner AB --group "$absurd" \
  --reason "keyed with six digits too many; the correction is posted in September" \
  --evidence "$here/evidence/entry-corrected.txt"
say variance assign "$absurd" --owner AB --reason "keyed it" --key "$keys/ab.key"
decide run --period "$period" --by job
say variance export "$keys/open.csv"
"$python" "$here/fill_in.py" "$keys/open.csv" "$keys/filled.csv" review.txt AB
say variance propose "$keys/filled.csv" --evidence-dir "$here/evidence" --key "$keys/ab.key"

step "Approve: the records may be signed, as prepared and as checked, by two"
say run --period "$period" --by job
run="$(field run_id variance list)"
say checklist
digest="$(field signoff_digest sign "$run")"
say sign "$run" --as prepared --digest "$digest" --key "$keys/ab.key"
say sign "$run" --as checked --digest "$digest" --key "$keys/cd.key"
say close "$period" --key "$keys/cd.key"

step "The pack, checked by a program that shares no code with this one"
say pack "$run" --out "$keys/$period.zip"
"$python" -m zipfile -e "$keys/$period.zip" "$keys/pack"
printf '\n$ python verify_pack.py %s.zip\n' "$period"
"$python" "$keys/pack/verify_pack.py" "$keys/$period.zip" --checkpoint witness/checkpoint
printf '\nClosed. The workspace is %s\n' "$folder"
