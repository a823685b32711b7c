#!/usr/bin/env bash
# What is published works for those who have nothing of ours. The sdist and the wheel are built and checked; the wheel is installed
# by pip, pipx and uv, by a fresh user (where this is root), with no compiler and no torch; and on every Python that is here.
set -euo pipefail
cd "$(dirname "$0")/.."
source=$PWD
place=$(mktemp -d)
user=ptcards-fresh
leave() { kill "${beside:-}" 2> /dev/null || true; rm -rf "$place"; [ -z "${made:-}" ] || userdel "$user"; }
trap leave EXIT
chmod 755 "$place"

tools=$source/build/tools/bin
if ! "$tools/twine" --version > /dev/null 2>&1; then
    .venv/bin/python -m venv --without-pip build/tools
    .venv/bin/python -m pip --python "$tools/python" install --quiet --disable-pip-version-check 'uv==0.13.9' 2> /dev/null
    VIRTUAL_ENV=build/tools "$tools/uv" pip install --quiet 'build==1.6.1' 'twine==7.0.0'
fi
export PATH=$tools:$PATH
python -m build --installer uv --outdir "$place/dist" . > "$place/build.log" 2>&1 || { cat "$place/build.log"; exit 1; }
twine check --strict "$place"/dist/*
wheel=$(echo "$place"/dist/*.whl)
cp "$source"/decks/pytorch-notes.yaml "$source"/decks/deck.schema.json "$place"

# Pythons that are here: named in PTCARDS_TEST_PYTHONS or on PATH. One of each version.
declare -A pythons
named=${PTCARDS_TEST_PYTHONS:-}
for version in 3.11 3.12 3.13 3.14; do
    for one in "/usr/bin/python$version" "python$version" ${named//:/ }; do
        if [ "$("$one" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2> /dev/null)" = "$version" ]; then
            pythons[$version]=${pythons[$version]:-$(command -v "$one")}
        fi
    done
done

# A bare environment: a home of its own, and on the path a Python and the few programs that installers call.
mkdir "$place/bin"
for program in sh env uname; do ln -s "$(command -v "$program")" "$place/bin/$program"; done
cp "$tools/uv" "$place/bin/uv"
fresh() {  # fresh HOME COMMAND...: with nothing of this user's
    local home=$1; shift
    env -i "${become[@]}" env HOME="$home" LANG=C.UTF-8 PATH="$home/.local/bin:$place/bin" PTCARDS_HOME="$home/cards" \
        ${settings[@]+"${settings[@]}"} "$@"
}
become=() settings=()
while IFS= read -r one; do settings+=("$one"); done < <(env | grep -E '^(PIP|UV)_|^SSL_CERT' || true)
if [ "$(id -u)" = 0 ] && command -v useradd setpriv > /dev/null; then
    id "$user" > /dev/null 2>&1 || useradd --no-create-home --shell /bin/sh "$user"
    made=yes become=("$(command -v setpriv)" "--reuid=$user" "--regid=$user" --clear-groups)
fi
for version in 3.11 3.12 3.13 3.14; do
    if [ -n "${pythons[$version]:-}" ] && fresh / "${pythons[$version]}" -c 'import ensurepip' 2> /dev/null; then
        python=${python:-${pythons[$version]}} used=${used:-$version}
    fi
done
if [ -z "${python:-}" ]; then  # none that the fresh user may run
    become=() python=$source/.venv/bin/python used=none
fi
ln -s "$python" "$place/bin/python3"

cat > "$place/answers" << 'END'
{"card": "install-opencv", "answer": "opencv-python"}
{"card": "roll-die", "answer": "import random\nroll = lambda: random.randint(1, 6)"}
{"card": "unsqueeze-column", "answer": "x[:, None]"}
END
works() {  # works HOME PTCARDS: text and Python cards are answered, what needs torch says so
    local said
    fresh "$1" "$2" --version | grep '^ptcards [0-9]' > /dev/null
    said=$(fresh "$1" "$2" answer --jsonl < "$place/answers" || [ $? = 3 ])
    case $said in
        *'"pass"'*'"pass"'*'"skipped"'*'needs torch'*) ;;
        *) echo "wheel: $2: $said"; return 1 ;;
    esac
}
home() { mkdir "$place/$1"; [ -z "${made:-}" ] || chown "$user" "$place/$1"; echo "$place/$1"; }

by_pip() {
    fresh "$1" python3 -m venv "$1/venv"
    fresh "$1" "$1/venv/bin/pip" install --quiet --no-compile "$wheel" 2> "$1/log" || { cat "$1/log"; return 1; }
    works "$1" "$1/venv/bin/ptcards"
    # Each card that says nothing of what it requires is answered with Python alone.
    fresh "$1" "$1/venv/bin/ptcards" check "$place/pytorch-notes.yaml"
    [ "$(fresh "$1" "$1/venv/bin/ptcards" cards --json | grep -o '"card"' | wc -l)" = 30 ]
    for deck in tensor-fluency autograd-and-training by-hand; do fresh "$1" "$1/venv/bin/ptcards" decks add $deck; done
    [ "$(fresh "$1" "$1/venv/bin/ptcards" cards --json | grep -o '"card"' | wc -l)" = 120 ]
    fresh "$1" "$1/venv/bin/ptcards" --language zh stats | grep 统计 > /dev/null
    [ -f "$1/venv/share/man/man1/ptcards.1" ]
    grep -q 'ptcards.checking.plugin$' "$1"/venv/lib/*/site-packages/ptcards-*.dist-info/entry_points.txt
}
by_tools() {
    fresh "$1" uv tool install --quiet --python "$python" "$wheel"
    works "$1" ptcards
    fresh "$1" ptcards review --plain < /dev/null 2>&1 | grep "uv tool install --torch-backend cpu 'ptcards\[torch\]'" > /dev/null
    (  # the torch of an environment that is active
        become=() settings+=("VIRTUAL_ENV=$source/.venv")
        [ "$(echo 'x[:, None]' | fresh "$1" ptcards answer unsqueeze-column 2> /dev/null)" = "✓ Right." ]
    )
    fresh "$2" uv tool install --quiet --python "$python" 'pipx==1.18.4'
    fresh "$2" pipx install --python "$python" "$wheel" > /dev/null 2>&1
    works "$2" ptcards
}
by_version() {  # the newest of all that the bounds allow, and the oldest
    local version become=()
    unset "pythons[$used]"
    for version in "${!pythons[@]}" oldest; do
        local python=${pythons[$version]:-$python} resolution=highest
        [ "$version" != oldest ] || resolution=lowest-direct
        fresh "$1" uv venv --quiet --python "$python" "$1/$version"
        fresh "$1" uv pip install --quiet --python "$1/$version" --resolution $resolution "$wheel"
        works "$1" "$1/$version/bin/ptcards"
    done
}

tried=${!pythons[*]}
cd /
by_pip "$(home pip)" > "$place/pip.log" 2>&1 &
beside=$!
by_tools "$(home uv)" "$(home pipx)"
by_version "$(home versions)"
wait $beside || { cat "$place/pip.log"; exit 1; }
echo "wheel: 30 cards, installed by pip, uv and pipx ${become[0]:+by a fresh user }on Python $tried"
