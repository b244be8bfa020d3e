#!/bin/bash
# Lays out the real gateway as its image has it: the npm package `openclaw` in FOLDER, its dependencies below.
# Usage: build-openclaw-app.sh FOLDER VERSION   (FOLDER must not exist; Node and npm are taken from PATH)
set -euo pipefail
folder=$1 version=$2

mkdir -p "$folder"
cd "$folder"
echo '{ "name": "openclaw-app", "private": true }' >package.json
# The gateway's own install scripts lay out its bundled plugins.
npm install --ignore-scripts=false --omit=dev --no-audit --no-fund --loglevel=error "openclaw@$version"
rm package.json package-lock.json
mv node_modules/openclaw app
# Its own command would point to where it was.
rm node_modules/.bin/openclaw
mv node_modules app/dependencies
# A package may have brought dependencies of its own, which win over the shared ones.
mkdir -p app/node_modules
cp -Rnl app/dependencies/. app/node_modules/
rm -rf app/dependencies
