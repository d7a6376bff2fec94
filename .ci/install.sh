# Sourced by ./run, ./test and .ci/run: what this machine must have before the product can be built.
# Expects $root, the top of the checkout.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# A build node that outlives its build keeps the caller's output open, and a pipe from ./test would never end.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
export HOME="${HOME:-/tmp}"

say() { printf '%s\n' "$@" >&2; }

require_dotnet() {
  local version=""
  if command -v dotnet >/dev/null 2>&1; then
    version="$(cd "$root" && dotnet --version 2>/dev/null)" || version=""
  fi
  case "${version%%.*}" in
    '' | *[!0-9]*) ;;
    *) if [ "${version%%.*}" -ge 10 ]; then return 0; fi ;;
  esac
  say "需要 .NET 10 SDK，请先安装：https://dotnet.microsoft.com/download/dotnet/10.0" \
      "The .NET 10 SDK is needed. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
  exit 1
}

has_postgres() {
  local initdb major
  for initdb in /usr/lib/postgresql/*/bin/initdb "$(command -v initdb || true)"; do
    [ -x "$initdb" ] || continue
    major="$("$initdb" --version | sed -n 's/.*(PostgreSQL) \([0-9]*\).*/\1/p')"
    if [ "${major:-0}" -ge 15 ]; then return 0; fi
  done
  return 1
}

has_chinese_font() {
  [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] \
    || { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh)" ]; }
}

missing_packages() {
  has_postgres || echo postgresql-15
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
  has_chinese_font || echo fonts-noto-cjk
  command -v chromium >/dev/null || echo chromium
  if [ "${1:-}" != --tests ]; then return 0; fi
  # Tests give what the product exports to the programs it is meant for.
  command -v hledger >/dev/null || echo hledger
  command -v bean-check >/dev/null || echo beancount
  command -v soffice >/dev/null || echo libreoffice-calc
  command -v pdftotext >/dev/null || echo poppler-utils
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-confold "$@" </dev/null >>"$apt_log" 2>&1
}

apt_failed() {
  tail -n 20 "$apt_log" >&2
  say "安装失败，完整记录在 $apt_log。请检查网络后再试。" \
      "Installing failed; the whole log is in $apt_log. Check the network and try again."
  exit 1
}

# The Debian package would make and start a cluster of its own on installation; ours is private and starts with the product.
without_default_cluster() {
  if dpkg -s postgresql-common >/dev/null 2>&1; then return 0; fi
  apt_install postgresql-common || return 1
  as_root sed -i 's/^#*[[:space:]]*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
}

# What the product needs; with --tests what its tests need too.
install_missing() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [ "${#missing[@]}" = 0 ]; then return 0; fi

  local by_hand="apt-get update && apt-get install -y ${missing[*]}"
  if ! command -v apt-get >/dev/null; then
    say "本机缺少以下软件，请先安装：${missing[*]}" "These are missing on this machine; install them first: ${missing[*]}"
    exit 1
  fi
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    say "本机缺少：${missing[*]}。请以 root 身份执行下面的命令后再试：" \
        "Missing on this machine: ${missing[*]}. Run this as root, then try again:" "  $by_hand"
    exit 1
  fi

  apt_log="$(mktemp -t communityfund-apt.XXXXXX)"
  say "正在安装 / Installing: ${missing[*]}"
  if [ "$(id -u)" != 0 ] && ! sudo -v; then
    say "没有 sudo 权限。请让管理员执行：" "No right to use sudo. Ask an administrator to run:" "  $by_hand"
    exit 1
  fi
  # Old package lists name files that the mirror no longer has, so they are renewed before anything is fetched.
  as_root apt-get update -q </dev/null >>"$apt_log" 2>&1 || apt_failed
  local package
  for package in "${!missing[@]}"; do
    if [ "${missing[$package]}" = postgresql-15 ]; then
      without_default_cluster || apt_failed
      apt-cache show postgresql-15 >/dev/null 2>&1 || missing[$package]=postgresql
    fi
  done
  apt_install "${missing[@]}" || apt_failed
  rm -f "$apt_log"
}

# The front end's assets. With --clean they are fetched again even when they look fresh.
front_end() {
  local web="$root/src/CommunityFund.Web" installed log
  installed="$web/node_modules/.package-lock.json"
  if [ ! -f "$web/package-lock.json" ]; then return 0; fi
  if [ "${1:-}" != --clean ] && [ -d "$web/wwwroot/lib" ] && [ -f "$installed" ] \
    && [ ! "$web/package-lock.json" -nt "$installed" ]; then return 0; fi
  say "正在准备网页资源 / Fetching the front end's assets"
  log="$(mktemp -t communityfund-npm.XXXXXX)"
  if ! (cd "$web" && npm ci --no-audit --no-fund && npm run build --if-present) </dev/null >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    say "网页资源没有装好，完整记录在 $log。请检查网络后再试。" \
        "The front end's assets could not be fetched; the whole log is in $log. Check the network and try again."
    exit 1
  fi
  rm -f "$log"
}
