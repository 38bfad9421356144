// Bundles what the pages load into one folder of files named by their content, and writes
// the table of those names. Called by build.rs: node build.mjs <output folder> <source folder>
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { PurgeCSS } from 'purgecss';

const here = dirname(fileURLToPath(import.meta.url));
const [outDir, srcDir] = process.argv.slice(2);
if (!outDir || !srcDir) throw new Error('usage: node build.mjs <output folder> <source folder>');
const out = join(outDir, 'assets');
const table = new Map();

/** Keeps only the kit's rules that a template or a script mentions. */
async function purge(file) {
  const words = (text) => text.match(/[\w-]+/g) ?? [];
  const [{ css }] = await new PurgeCSS().purge({
    content: [...templates(), ...scripts()],
    css: [file],
    defaultExtractor: words,
    fontFace: true,
    keyframes: true,
  });
  return css;
}

const templates = () =>
  readdirSync(srcDir, { recursive: true })
    .filter((name) => name.endsWith('.html'))
    .map((name) => join(srcDir, name));

const scripts = () => readdirSync(join(here, 'js')).map((name) => join(here, 'js', name));

const purged = {
  name: 'purged kit',
  setup: (b) =>
    b.onLoad({ filter: /tabler\.min\.css$/ }, async ({ path }) => ({
      contents: await purge(path),
      loader: 'css',
    })),
};

/** Styles, scripts and the fonts that the styles name. */
async function bundle() {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: ['css/app.css', 'js/app.js'],
    outdir: out,
    entryNames: '[name].[hash]',
    assetNames: '[name].[hash]',
    publicPath: '/assets',
    loader: { '.woff2': 'file', '.svg': 'dataurl' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'esnext',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [purged],
  });
  for (const [file, { entryPoint, inputs }] of Object.entries(metafile.outputs)) {
    const from = entryPoint ?? Object.keys(inputs)[0];
    if (from) table.set(basename(from), basename(file));
  }
}

function emit(name, contents) {
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 8);
  const ext = extname(name);
  const hashed = `${basename(name, ext)}.${hash}${ext}`;
  writeFileSync(join(out, hashed), contents);
  table.set(name, hashed);
}

/** One file with a <symbol> for each icon in icons.txt. */
function sprite() {
  const names = readFileSync(join(here, 'icons.txt'), 'utf8').split('\n').filter(Boolean);
  const symbols = names.map((name) => {
    const file = join(here, 'node_modules/@tabler/icons/icons/outline', `${name}.svg`);
    if (!existsSync(file)) throw new Error(`icons.txt names "${name}", which @tabler/icons does not have`);
    const inner = readFileSync(file, 'utf8').replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, '').replace(/\s*\n\s*/g, '');
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  });
  emit('icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`);
  return names;
}

/** Compressed twins, made once here instead of at each request. */
function compress() {
  for (const name of readdirSync(out)) {
    if (!/\.(css|js|svg)$/.test(name)) continue;
    const contents = readFileSync(join(out, name));
    writeFileSync(join(out, `${name}.br`), brotliCompressSync(contents));
    writeFileSync(join(out, `${name}.gz`), gzipSync(contents, { level: 9 }));
  }
}

const constant = (name) => name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await bundle();
const icons = sprite();
emit('favicon.svg', readFileSync(join(here, 'img/favicon.svg')));
compress();

const lines = [...table]
  .sort()
  .map(([name, file]) => `/// Address of \`${name}\`.\npub const ${constant(name)}: &str = "/assets/${file}";\n`);
lines.push(`/// The icons in the sprite, sorted.\npub const ICONS: &[&str] = &${JSON.stringify([...icons].sort())};\n`);
writeFileSync(join(outDir, 'assets.rs'), lines.join('\n'));
console.log(`bundled ${table.size} files from ${relative(process.cwd(), here) || '.'}`);
