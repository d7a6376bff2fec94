// Copies only the files that pages use from node_modules into wwwroot/lib, which git does not keep.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const lib = join(here, 'wwwroot', 'lib');
const files = [
  ['@tabler/core/dist/css/tabler.min.css', 'tabler/tabler.min.css'],
  ['echarts/dist/echarts.esm.min.js', 'echarts/echarts.esm.min.js'],
];

rmSync(lib, { recursive: true, force: true });
for (const [from, to] of files) {
  mkdirSync(dirname(join(lib, to)), { recursive: true });
  copyFileSync(join(here, 'node_modules', from), join(lib, to));
}
