// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells look like this.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeRule, fixFirst } from './check.ts';

const github = 'https://github.com';

describeRule('unpinned-download', {
  finds: {
    'the latest release': `FROM a\nRUN curl -fL «${github}/o/r/releases/latest/download/x_linux_amd64.tar.gz» | tar -xz\n`,
    'a raw file of a branch': 'FROM a\nRUN wget «https://raw.githubusercontent.com/o/r/main/x.sh»\n',
    'HEAD in a substitution, once':
      'FROM a\nRUN /bin/bash -c "$(curl -fsSL «https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh»)"\n',
    'an archive of a branch': `FROM a\nADD «${github}/o/r/archive/refs/heads/main.tar.gz» /src/\n`,
    'an installer without a version': 'FROM a\nRUN curl -fsSL «https://bun.sh/install» | bash\n',
    'an installer in a process substitution': 'FROM a\nRUN bash <(curl -s «https://get.example.com/install.sh»)\n',
    'npm @latest': 'FROM a\nRUN npm install -g «openclaw@latest» jq@1.2.3\n',
    'go @latest': 'FROM golang:1 AS b\nRUN go install «github.com/steipete/gifgrep/cmd/gifgrep@latest»\n',
    'corepack @latest': 'FROM a\nRUN corepack prepare «pnpm@latest» --activate\n',
    'a start command': 'FROM a\nCMD npm install -g «openclaw@latest»\n',
    'a start script': {
      Dockerfile: 'FROM a\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
      'e.sh': `curl -fsSL «${github}/o/r/releases/latest/download/x.tgz» | tar -xz -C /usr/local/bin\n`,
    },
    'a command of compose': {
      'compose.yml':
        'services:\n  gw:\n    image: node:24\n    command: sh -c "npm i -g «openclaw@latest» && openclaw gateway"\n',
    },
    'several packages of one command, once': 'FROM a\nRUN npm install -g «openclaw@latest» clawhub@latest\n',
    'an installer whose shell gets a variable':
      'FROM a\nRUN curl -fsSL «https://bun.sh/install» | BUN_INSTALL=/usr/local bash\n',
    'a variable that leads to the latest release': `FROM a\nARG BASE=${github}/o/r/releases/latest/download\nRUN curl -fsSLO «$BASE/x.tgz»\n`,
  },
  isSilentAbout: {
    'a release with its version': `FROM a\nRUN curl -fL ${github}/o/r/releases/download/v1.2.3/x.tar.gz | tar -xz\n`,
    'a raw file of a tag':
      'FROM a\nRUN curl -o- https://raw.githubusercontent.com/nvm-sh/nvm/v0.40.1/install.sh | bash\n',
    'a raw file of a commit':
      'FROM a\nRUN wget https://raw.githubusercontent.com/o/r/0123456789abcdef0123456789abcdef01234567/x.sh\n',
    'a set-up script of a major version': 'FROM a\nRUN curl -fsSL https://nodesource.com/setup_22.x | bash -\n',
    'a versioned installer': 'FROM a\nRUN curl -LsSf https://astral.sh/uv/0.9.2/install.sh | sh\n',
    'an installer that gets a version': 'FROM a\nRUN curl -fsSL https://bun.sh/install | bash -s "bun-v1.2.3"\n',
    'an installer with a version in a variable':
      'FROM a\nRUN curl -fsSL https://get.example.com | FOO_VERSION=1.2 sh\n',
    'a version in the address by a variable': `FROM a\nARG V\nRUN curl -fL ${github}/o/r/releases/download/v$V/x.tar.gz | tar -xz\n`,
    'npm packages with and without a version': 'FROM a\nRUN npm install -g openclaw clawhub@0.23.3 @scope/x@1\n',
    'a key': 'FROM a\nRUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /k.gpg\n',
    text: 'FROM a\nRUN echo "curl https://bun.sh/install | bash"\n# RUN npm i x@latest\n',
    'a default that a build argument may replace': 'FROM a\nARG V=latest\nRUN npm install -g openclaw@$V\n',
    'set-up scripts of package repositories':
      'FROM a\nRUN curl -s https://packagecloud.io/install/repositories/o/r/script.deb.sh | bash && apt-get install -y r=1.2\n',
  },
});

describeRule('hardcoded-architecture', {
  finds: {
    'amd64 in an asset': 'FROM node:24\nRUN curl -fsSL «https://example.com/v1/x_linux_amd64.tar.gz» | tar -xz\n',
    'x86_64 in an asset': 'FROM node:24\nRUN wget «https://example.com/x-x86_64-unknown-linux-gnu.tgz»\n',
    'x64 in a folder': 'FROM node:24\nRUN curl -fO «https://example.com/linux-x64/x.zip»\n',
    'an ADD': 'FROM node:24\nADD «https://example.com/go1.24.linux-arm64.tar.gz» /tmp/\n',
    'a Debian package':
      'FROM node:24\nRUN wget -q «https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb»\n',
    'an address that a variable holds':
      'FROM node:24\nENV U=https://example.com/x_linux_amd64.deb\nRUN wget «$U» && dpkg -i x_linux_amd64.deb\n',
    'each stage of an image for one platform':
      'FROM «--platform=linux/amd64» golang:1 AS b\nRUN go build\nFROM «--platform=linux/amd64» debian:12\nCOPY --from=b /x /x\n',
    'the platform of a base image': 'FROM «--platform=linux/amd64» node:24\nRUN true\n',
    'a platform that compose does not build for': {
      Dockerfile: 'FROM node:24\nRUN curl -fO «https://example.com/x_amd64.tgz»\n',
      'compose.yml': 'services:\n  a:\n    build: .\n    platform: linux/arm64\n',
    },
    'two in one instruction':
      'FROM node:24\nRUN curl -fO «https://example.com/a_amd64» && curl -fO «https://example.com/b-aarch64»\n',
    'one whose version is a variable':
      'FROM node:24\nARG V=1.2\nRUN curl -fO «https://example.com/${V}/a_linux_amd64»\n',
  },
  isSilentAbout: {
    TARGETARCH: 'FROM node:24\nARG TARGETARCH\nRUN curl -fO https://example.com/x_linux_${TARGETARCH}.tgz\n',
    'a case over the architecture':
      'FROM node:24\nRUN case "$(dpkg --print-architecture)" in amd64) u=x_amd64 ;; arm64) u=x_arm64 ;; esac; curl -fO https://example.com/$u\n',
    'a condition over uname':
      'FROM node:24\nRUN if [ "$(uname -m)" = aarch64 ]; then curl -fO https://example.com/x_arm64; else curl -fO https://example.com/x_amd64; fi\n',
    'an architecture from a variable': 'FROM node:24\nRUN curl -fO "https://example.com/x_${ARCH}"\n',
    'the platform of the build': 'FROM --platform=$BUILDPLATFORM node:24\nRUN true\n',
    'a platform that compose asks for': {
      Dockerfile: 'FROM --platform=linux/amd64 node:24\nRUN curl -fO https://example.com/x_amd64.tgz\n',
      'compose.yml': 'services:\n  a:\n    build: .\n    platform: linux/amd64\n',
    },
    'names that only look like one':
      'FROM node:24\nRUN curl -fO https://amd64.example.com/charm64.tgz && curl -fO https://example.com/x64bit.zip\n',
    'an architecture that a build argument may replace':
      'FROM node:24\nARG A=amd64\nRUN curl -fO https://example.com/x_linux_$A.tgz\n',
    'a file for Windows or macOS':
      'FROM node:24\nRUN curl -fO https://example.com/x-win-x64.zip && curl -fO https://example.com/x-darwin-arm64.tgz\n',
    'the checksum beside an asset': 'FROM node:24\nRUN curl -fO https://example.com/x_amd64.sha256\n',
    'a build stage whose result runs everywhere':
      'FROM --platform=linux/amd64 node:24 AS web\nRUN npm run build\nFROM nginx\nCOPY --from=web /dist /usr/share/nginx/html\n',
    'a download for all': 'FROM node:24\nRUN curl -fO https://example.com/x_linux_noarch.tgz\n',
    'packages and text': 'FROM node:24\nRUN apt-get install -y libc6-amd64-cross && echo https://example.com/x_amd64\n',
  },
});

describeRule('known-bad-url', {
  finds: {
    'the asset name of the runtime page': `FROM a\nRUN curl -L «${github}/steipete/gogcli/releases/latest/download/gogcli_linux_amd64.tar.gz» | tar -xz\n`,
    'the repository of the first pages': `FROM a\nRUN curl -L «${github}/steipete/gog/releases/latest/download/gog_Linux_x86_64.tar.gz» | tar -xz\n`,
    'another case of letters': `FROM a\nRUN curl -L «${github}/Steipete/goplaces/releases/latest/download/goplaces_Linux_x86_64.tar.gz» -o x\n`,
    'dashes instead of underscores': `FROM a\nRUN wget «${github}/steipete/wacli/releases/latest/download/wacli-linux-amd64.tar.gz»\n`,
    'a versioned release with an unversioned name': `FROM a\nRUN wget «${github}/openclaw/gogcli/releases/download/v0.37.0/gogcli_linux_arm64.tar.gz»\n`,
    'an ADD': `FROM a\nADD «${github}/openclaw/goplaces/releases/latest/download/goplaces_linux_amd64.tar.gz» /tmp/\n`,
    'a quoted address': `FROM a\nRUN curl -L «"${github}/openclaw/wacli/releases/latest/download/wacli_Linux_x86_64.tar.gz"» -o x\n`,
    'an architecture that the build finds out': `FROM a\nRUN ARCH=$(uname -m) && curl -fL «"${github}/steipete/gog/releases/latest/download/gog_Linux_\${ARCH}.tar.gz"» | tar -xz\n`,
    'an architecture of BuildKit': `FROM a\nARG TARGETARCH\nRUN wget «${github}/steipete/wacli/releases/latest/download/wacli_Linux_$TARGETARCH.tar.gz»\n`,
    'a start script': {
      Dockerfile: 'FROM a\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
      'e.sh': `curl -L «${github}/steipete/camsnap/releases/latest/download/camsnap_linux_amd64.tar.gz» | tar -xz -C /usr/local/bin\n`,
    },
  },
  isSilentAbout: {
    'the right name': `FROM a\nRUN curl -fL ${github}/openclaw/gogcli/releases/download/v0.37.0/gogcli_0.37.0_linux_amd64.tar.gz | tar -xz\n`,
    'a version by a variable': `FROM a\nRUN curl -fL ${github}/openclaw/gogcli/releases/download/v$V/gogcli_\${V}_linux_amd64.tar.gz | tar -xz\n`,
    'a version and an architecture by variables': `FROM a\nRUN ARCH=$(uname -m) && curl -fL ${github}/steipete/wacli/releases/download/v$V/wacli_\${V}_linux_\${ARCH}.tar.gz | tar -xz\n`,
    'a name that only a variable knows': `FROM a\nRUN curl -fL ${github}/steipete/wacli/releases/latest/download/$FILE -o x\n`,
    'a former repository with the right name': `FROM a\nRUN wget ${github}/steipete/gogcli/releases/download/v0.11.0/gogcli_0.11.0_linux_amd64.tar.gz\n`,
    'a project whose names carry no version': `FROM a\nRUN wget ${github}/openhue/openhue-cli/releases/latest/download/openhue_Linux_x86_64.tar.gz\n`,
    checksums: `FROM a\nRUN wget ${github}/openclaw/gogcli/releases/latest/download/checksums.txt\n`,
    'source archives': `FROM a\nRUN wget ${github}/openclaw/gogcli/archive/refs/tags/v0.37.0.tar.gz\n`,
    'other projects': `FROM a\nRUN wget ${github}/mikefarah/yq/releases/latest/download/yq_linux_amd64\n`,
    'a clone': `FROM a\nRUN git clone ${github}/steipete/gogcli.git\n`,
    'a macOS asset': `FROM a\nRUN wget ${github}/steipete/wacli/releases/download/v0.2.0/wacli-macos-universal.tar.gz\n`,
    text: `FROM a\n# ${github}/steipete/gog/releases/latest/download/gog_Linux_x86_64.tar.gz\nRUN true\n`,
  },
});

it('known-bad-url puts in the address that exists, for the same architecture', () => {
  const fixed = fixFirst(
    'known-bad-url',
    `FROM a\nRUN wget ${github}/steipete/gogcli/releases/latest/download/gogcli_linux_arm64.tar.gz\n`,
  );
  assert.deepEqual(fixed, {
    Dockerfile: `FROM a\nRUN wget ${github}/openclaw/gogcli/releases/download/v0.37.0/gogcli_0.37.0_linux_arm64.tar.gz\n`,
  });
});

describeRule('download-without-checksum', {
  finds: {
    'a file made executable': 'FROM a\nRUN «curl -fsSLo /opt/x https://example.com/x» && chmod +x /opt/x\n',
    'a file in a folder of programs':
      'FROM a\nRUN «wget -qO /usr/local/bin/x https://example.com/x» && chmod 755 /usr/local/bin/x\n',
    'an archive unpacked into a folder of programs':
      'FROM a\nRUN «curl -fsSL https://example.com/x.tgz | tar -xz -C /usr/local/bin»\n',
    'an archive unpacked into a file':
      'FROM a\nRUN «curl -fsSL https://example.com/x.tgz | tar -xzO x > /usr/local/bin/x»\n',
    'a file moved to a folder of programs': 'FROM a\nRUN «curl -fsSLO https://example.com/x» && mv x /usr/local/bin/\n',
    'a file installed to a folder of programs':
      'FROM a\nRUN «curl -fsSL https://example.com/x -o /tmp/x» && install -m 0755 /tmp/x /usr/local/bin/x\n',
    "a user's folder of programs":
      'FROM a\nRUN «curl -fsSL https://example.com/x -o /home/node/.local/bin/x» && chmod +x /home/node/.local/bin/x\n',
    'an archive whose program is moved afterwards':
      'FROM a\nRUN «curl -fsSLO https://example.com/x.tgz» && tar -xzf x.tgz && mv x/tool /usr/local/bin/tool && rm x.tgz\n',
    'a piped archive whose program is moved afterwards':
      'FROM a\nARG TARGETARCH\nRUN «curl -fsSL https://example.com/h.tgz | tar -xz -C /tmp» && mv /tmp/linux-$TARGETARCH/h /usr/local/bin/h\n',
    'an archive whose program is made executable':
      'FROM a\nRUN «wget https://example.com/x.tgz» && tar -xf x.tgz -C /opt/x && chmod 755 /opt/x/x\n',
    'a here-document': 'FROM a\nRUN <<EOF\nset -e\n«curl -fsSLo /usr/bin/x https://example.com/x»\nEOF\n',
  },
  isSilentAbout: {
    'a file that sha256sum checks':
      'FROM a\nRUN curl -fsSLo /usr/bin/x https://example.com/x && echo "00  /usr/bin/x" | sha256sum -c -\n',
    'a file that gpg checks':
      'FROM a\nRUN curl -fsSLo /usr/bin/x https://example.com/x && gpg --verify x.asc /usr/bin/x\n',
    'a file that cosign checks':
      'FROM a\nRUN curl -fsSLo /usr/bin/x https://example.com/x && cosign verify-blob /usr/bin/x\n',
    data: 'FROM a\nRUN curl -fsSLo /data/x.json https://example.com/x.json\n',
    'an archive of data': 'FROM a\nRUN curl -fsSL https://example.com/x.tgz | tar -xz -C /data\n',
    'a package manager': 'FROM a\nRUN apt-get install -y jq && npm i -g x\n',
    'an installer script': 'FROM a\nRUN curl -fsSL https://bun.sh/install | bash\n',
    'an installer that is saved, made executable and run':
      'FROM a\nRUN curl -fsSLO https://apt.llvm.org/llvm.sh && chmod +x llvm.sh && ./llvm.sh 19\n',
    'a file of the project': 'FROM a\nCOPY x /usr/local/bin/x\nRUN chmod +x /usr/local/bin/x\n',
    'a start script': 'FROM a\nCMD curl -o /usr/bin/x https://example.com/x && chmod +x /usr/bin/x\n',
  },
});
