/**
 * `npm run content`: generates modules of the Worker (`*.gen.ts`) from campaigns, e-mails, translations, styles and fonts.
 * With `--without-examples`, as in a deploy, the Worker gets no campaign marked `example: true`.
 */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import type { Campaign } from '../src/campaigns/campaign.ts'
import { type Fault, formatFault } from '../src/campaigns/source/fault.ts'
import { readCampaign } from '../src/campaigns/source/read-campaign.ts'
import { unfinished, unfinishedLine } from '../src/cli/language-files/language-state.ts'
import { readLanguages } from '../src/cli/language-files/read-languages.ts'
import {
  compareWithEnglish,
  languageFaults,
  messageFaults,
  readStrings,
  type StringsFile,
} from '../src/cli/language-files/read-strings.ts'
import { campaignFilesPage } from './content/campaign-files.ts'
import { chooseCampaigns, WITHOUT_EXAMPLES } from './content/examples.ts'
import { makePdfFont } from './content/font.ts'
import { namesIn } from './content/names.ts'
import { openApiDocument } from './content/openapi.ts'
import { readOutlines, UNITS_PER_EM } from './content/outlines.ts'
import { styleSheet } from './content/style-sheet.ts'
import { weekendsByZone } from './content/weekends.ts'

const root = join(import.meta.dirname, '..')

if (process.env.TOCSIN_CONTENT === 'made') process.exit() // the caller has generated the modules: scripts/local/bundle.ts

/** Languages that are left out, since their texts are not whole and LOCALES does not name them. */
const left = unfinished(readLanguages(root))
for (const state of left) console.log(unfinishedLine(state))
const isLeft = (name: string): boolean => left.some(({ locale }) => [`${locale}.yaml`, `${locale}.md`].includes(name))

const languages = languagesOf('strings')
const unpairedLanguages = languageFaults(
  { folder: 'strings', locales: languages },
  { folder: 'emails/strings', locales: languagesOf('emails/strings') },
)
const faults: Fault[] = [
  ...(await writeCampaigns('campaigns', 'src/campaigns/bundled.gen.ts')),
  ...(unpairedLanguages.length > 0
    ? unpairedLanguages
    : [
        ...writeEmails('emails', 'src/emails/bundled.gen.ts'),
        ...writePageStrings('strings', 'src/kit/page-strings.gen.ts', 'src/kit/names.gen.ts'),
      ]),
]
writeDrivers('src/transports/drivers', 'src/transports/drivers.gen.ts')
writeStyle('src/web/style.css', 'src/web/style.gen.ts', 'STYLE')
writeStyle('src/campaigns/print/letter-style.css', 'src/campaigns/print/letter-style.gen.ts', 'LETTER_STYLE')
writeGlyphs('src/campaigns/share-image/glyphs.gen.ts')
writeModule('src/kit/calendar/weekend-days.gen.ts', [
  `export const weekends: Record<string, readonly number[]> = ${JSON.stringify(weekendsByZone())}`,
])
await writeApi('src/api/openapi.gen.ts', 'src/cli/api-types.gen.ts')
writeChanged('docs/campaign-files.md', campaignFilesPage())
await writePdfFont('src/campaigns/print/pdf/font.gen.ts', 'src/campaigns/print/pdf/characters.gen.ts')
for (const fault of faults) console.error(formatFault(fault))
if (faults.length > 0) {
  console.error(`\n${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the content.`)
  process.exitCode = 1
}

async function writeCampaigns(folder: string, module: string): Promise<Fault[]> {
  const campaigns: Campaign[] = []
  const faults: Fault[] = []
  for (const slug of foldersIn(folder)) {
    const files = Object.entries(filesIn(join(folder, slug), /\.(ya?ml|md)$/)).filter(([name]) => !isLeft(name))
    const read = await readCampaign(slug, Object.fromEntries(files), languages)
    if (read.campaign !== undefined) campaigns.push(read.campaign)
    faults.push(...read.faults)
  }
  if (faults.length === 0) {
    const { chosen, sentence } = chooseCampaigns(campaigns, !process.argv.includes(WITHOUT_EXAMPLES))
    if (sentence !== undefined) console.log(sentence)
    writeModule(module, [
      "import type { Campaign } from './campaign.ts'",
      `export const bundled: Campaign[] = ${JSON.stringify(chosen, null, 1)}`,
    ])
  }
  return faults
}

function writeEmails(folder: string, module: string): Fault[] {
  const { strings, faults } = stringsIn(join(folder, 'strings'))
  if (faults.length === 0) {
    writeModule(module, [
      `export const emailFiles: Record<string, string> = ${JSON.stringify(filesIn(folder, /(\.mjml|\.txt\.liquid)$/), null, 1)}`,
      `export const emailStrings: Record<string, Record<string, string>> = ${JSON.stringify(strings, null, 1)}`,
    ])
  }
  return faults
}

function writePageStrings(folder: string, module: string, namesModule: string): Fault[] {
  const { strings, faults } = stringsIn(folder)
  if (faults.length === 0) {
    writeModule(module, [
      `export const pageStrings: Record<string, Record<string, string>> = ${JSON.stringify(strings, null, 1)}`,
    ])
    const locales = Object.keys(strings)
    const names = Object.fromEntries(locales.map((locale) => [locale, namesIn(locale, locales)]))
    writeModule(namesModule, [
      "import type { Names } from './localised-names.ts'",
      `export const names: Record<string, Names> = ${JSON.stringify(names, null, 1)}`,
    ])
  }
  return faults
}

/** Generates the list of drivers: every file of the folder is a transport that settings may name. */
function writeDrivers(folder: string, module: string): void {
  const names = Object.keys(filesIn(folder, /\.ts$/)).map((file) => file.replace(/\.ts$/, ''))
  writeModule(module, [
    [
      "import type { Driver } from './driver.ts'",
      ...names.map((name) => `import { driver as ${name} } from './drivers/${name}.ts'`),
    ].join('\n'),
    `export const drivers: readonly Driver[] = [${names.join(', ')}]`,
  ])
}

/** Generates a module with the minified style sheet and its hashes for its URL and for the Content-Security-Policy. */
function writeStyle(file: string, module: string, name: string): void {
  const { css, hash, allowed } = styleSheet(readFileSync(join(root, file), 'utf8'))
  const hashes = [`export const ${name}_HASH = '${hash}'`, `export const ${name}_ALLOWED = ${JSON.stringify(allowed)}`]
  writeModule(module, [`export const ${name} = ${JSON.stringify(css)}`, ...hashes])
}

function writeGlyphs(module: string): void {
  writeModule(module, [
    '/** Distance to the next glyph, and the outline as an SVG path. */\nexport type Glyph = readonly [advance: number, path: string]',
    `export const UNITS_PER_EM = ${UNITS_PER_EM}`,
    `export const glyphs: Record<string, Glyph> = ${JSON.stringify(readOutlines(), null, 1)}`,
  ])
}

/** Generates two modules: the font, and its characters, which pages read without loading the font. */
async function writePdfFont(module: string, charactersModule: string): Promise<void> {
  const { faces, characters } = await makePdfFont()
  writeModule(module, [
    `/** TrueType, deflated (RFC 1951), as base64. */\nexport const faces = ${JSON.stringify(faces, null, 1)}`,
  ])
  writeModule(charactersModule, [
    [
      '/** Inclusive ranges of code points. */',
      `export const characters: ReadonlyArray<readonly [first: number, last: number]> = ${JSON.stringify(characters)}`,
    ].join('\n'),
  ])
}

/** Generates the OpenAPI document and the client's types. The types take seconds, so they change only with the document. */
async function writeApi(module: string, typesModule: string): Promise<void> {
  const text = JSON.stringify(openApiDocument())
  writeModule(module, [`export const openApiDocument: Record<string, unknown> = ${text}`])
  const mark = `// Of the description with SHA-256 ${createHash('sha256').update(text).digest('hex')}.`
  const made = join(root, typesModule)
  if (existsSync(made) && readFileSync(made, 'utf8').includes(mark)) return
  const { clientTypes } = await import('./api-types/client-types.ts')
  writeModule(typesModule, [mark, await clientTypes(JSON.parse(text))])
}

function stringsIn(folder: string): { strings: Record<string, Record<string, string>>; faults: Fault[] } {
  const read = languagesOf(folder).map((locale) => {
    const file = `${folder}/${locale}.yaml`
    return readStrings(locale, file, readFileSync(join(root, file), 'utf8'))
  })
  const files: StringsFile[] = read.map(({ strings }) => strings)
  const broken = read.flatMap(({ faults, empty }) => [...faults, ...empty])
  return {
    strings: Object.fromEntries(
      files.map(({ locale, texts }) => [locale, Object.fromEntries([...texts].map(([key, { text }]) => [key, text]))]),
    ),
    faults: broken.length > 0 ? broken : [...files.flatMap(messageFaults), ...compareWithEnglish(files)],
  }
}

/** Language codes of the YAML files in a folder, without the languages that are left out. */
function languagesOf(folder: string): string[] {
  const names = Object.keys(filesIn(folder, /\.yaml$/)).filter((name) => !isLeft(name))
  return names.map((name) => name.replace(/\.yaml$/, ''))
}

function foldersIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** Texts of the files under a folder whose names match, by path inside the folder. */
function filesIn(folder: string, name: RegExp): Record<string, string> {
  const at = join(root, folder)
  const paths = readdirSync(at, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return Object.fromEntries(paths.map((path) => [relative(at, path).split(sep).join('/'), readFileSync(path, 'utf8')]))
}

function writeModule(path: string, statements: string[]): void {
  writeChanged(path, `// Made by \`npm run content\`; not for editing.\n${statements.join('\n\n')}\n`)
}

/** Writes a generated file. Does not touch an unchanged one, so that a watcher does not rebuild. */
function writeChanged(path: string, text: string): void {
  const at = join(root, path)
  if (existsSync(at) && readFileSync(at, 'utf8') === text) return
  mkdirSync(dirname(at), { recursive: true })
  writeFileSync(at, text)
}
