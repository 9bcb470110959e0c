#!/bin/sh
# The year of supply policies in the four climates: a table on standard output, and a chart of the cooling energy.
#   bench/scenarios/climates.sh docs/energy/cooling-climates.svg
# DATAHALL is the command; WEATHER a folder with weather_NY.csv and so on (SustainDC), to take its hours instead of the waves.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
datahall=${DATAHALL:-$here/../../datahall}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for pair in new-york:NY arizona:AZ virginia:VA washington:WA; do
  climate=${pair%:*}
  sed "s/name: virginia}/name: $climate}/${WEATHER:+; s#^  step: 5m#  step: 5m\n  weatherFile: $WEATHER/weather_${pair#*:}.csv#}" \
    "$here/year-of-supply-policies.yaml" > "$work/year.yaml"
  "$datahall" simulate -f "$work/year.yaml" -o json 2>/dev/null > "$work/$climate.json"
  # Each run's figures in the order of the JSON: total and cooling come before the parts.
  tr -d ' ",' < "$work/$climate.json" | awk -F: -v climate="$climate" '
    $1 == "policy" { policy = $2 }
    $1 == "total" && !(policy in all) { all[policy] = $2 }
    $1 == "cooling" { cooling[policy] = $2 }
    $1 == "freeCoolingShare" { free[policy] = $2 }
    $1 == "inletViolationSeconds" || $1 == "tooCold" || $1 == "tooHumid" || $1 == "tooFast" { outside[policy] += $2 }
    $1 == "byFreeCooling" { a[policy] = $2 } $1 == "byCop" { b[policy] = $2 } $1 == "byUnitFans" { c[policy] = $2 } $1 == "byTowerAndPumps" { d[policy] = $2 }
    $1 == "serverFans" { e[policy] = $2 }
    $1 == "worstFeedLoad" {
      base = cooling["fixed-18"]
      printf "%s %s %.1f %.1f %.0f %.1f %.1f %.1f %.1f %.1f %.0f\n", climate, policy, (cooling[policy] / base - 1) * 100, (all[policy] / all["fixed-18"] - 1) * 100,
        free[policy] * 100, a[policy] / base * 100, b[policy] / base * 100, c[policy] / base * 100, d[policy] / base * 100, e[policy] / base * 100, outside[policy]
    }' >> "$work/rows"
done
echo "climate policy cooling% energy% free-alone% by-free-cooling by-cop by-unit-fans by-tower-and-pumps server-fans outside-s"
cat "$work/rows"
awk '
  BEGIN {
    color["trim-and-respond"] = "#9aa5b1"; color["hottest-inlet"] = "#c8b88a"; color["least-power"] = "#5b9bd5"; color["predictive"] = "#1f6f5c"
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 300\" font-family=\"sans-serif\" font-size=\"12\">"
    print "<rect width=\"640\" height=\"300\" fill=\"white\"/><text x=\"20\" y=\"20\">Cooling energy of a year, % of that at 18 \302\260C</text>"
    for (p = 0; p <= 100; p += 20) {
      y = 250 - 2 * p
      print "<line x1=\"50\" x2=\"620\" y1=\"" y "\" y2=\"" y "\" stroke=\"#ddd\"/><text x=\"44\" y=\"" y + 4 "\" text-anchor=\"end\">" p "</text>"
    }
    x = 50
  }
  $1 != last { x = 60 + 140 * n++; last = $1; print "<text x=\"" x + 55 "\" y=\"268\" text-anchor=\"middle\">" $1 "</text>"; bar = 0 }
  $2 in color {
    height = 2 * (100 + $3); left = x + 28 * bar++
    print "<rect x=\"" left "\" y=\"" 250 - height "\" width=\"24\" height=\"" height "\" fill=\"" color[$2] "\"/><text x=\"" left + 12 "\" y=\"" 246 - height "\" text-anchor=\"middle\" font-size=\"10\">" sprintf("%.0f", 100 + $3) "</text>"
    if (!($2 in seen)) { seen[$2] = 1; print "<rect x=\"" 60 + 140 * keys "\" y=\"280\" width=\"10\" height=\"10\" fill=\"" color[$2] "\"/><text x=\"" 74 + 140 * keys++ "\" y=\"289\">" $2 "</text>" }
  }
  END { print "</svg>" }' "$work/rows" > "${1:-/dev/null}"
