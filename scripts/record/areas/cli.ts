/** Records the organisers' commands of package.json, with output that is not a terminal. */

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../../local/bundle.ts'
import type { Book, Shelf } from '../book.ts'
import { textOf } from '../http.ts'
import { bring, PEOPLE } from '../people.ts'
import { TOKENS } from '../settings.ts'
import { showBody } from '../show.ts'
import { openStage, type Stage } from '../stage.ts'

const SLUG = 'river-street-bakery'
const UPDATE = '2026-11-14'

/** URL without a server: port 9 is reserved for the discard protocol. */
const NOBODY = 'http://127.0.0.1:9'

/** A list with proof of consent, which is imported at once. */
const PROVED = `email,name,locales,consent_source,consent_at
paper@example.org,Paula,en,paper petition,2024-05-31
broken,Nobody,en,,
`

/** A list without proof of consent. Confirmation mails go out gradually, so the progress that the command sees is random. */
const UNPROVED = `email,name,locales
asked@example.org,Askold,ru
waiting@example.org,Wera,ru
`

export async function cli(shelf: Shelf, bundle: string): Promise<void> {
  const stage = await openStage(bundle)
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-cli-'))
  try {
    const book = shelf.book('cli')
    await bring(stage, PEOPLE)
    const terminal = terminalAt(stage, book, folder)
    await terminal('check', [])
    await keys(book, folder)
    await send(stage, terminal)
    await lists(stage, terminal, folder, book)
  } finally {
    await stage.close()
    rmSync(folder, { recursive: true })
  }
}

const deployment = ({ port }: Stage) => ({ TOCSIN_URL: `http://127.0.0.1:${port}`, TOCSIN_TOKEN: TOKENS.organiser })

type Terminal = (command: string, args: readonly string[], env?: Record<string, string>) => Promise<void>

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

type Ended = { status: number | null; out: string; err: string }

/** Runs a command as `npm run` would, with the stopped clock of the recording. */
function run(
  command: string,
  args: readonly string[],
  folder: string,
  env: Record<string, string> = {},
): Promise<Ended> {
  const still = pathToFileURL(join(root, 'scripts', 'clock', 'still.ts')).href
  const child = spawn('sh', ['-c', `${scripts[command]} "$@"`, command, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
      NODE_OPTIONS: `--import ${still} --disable-warning=ExperimentalWarning`,
      NO_COLOR: '1',
      TMPDIR: folder,
      ...env,
    },
  })
  const ended: Ended = { status: null, out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => (ended.out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (ended.err += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ ...ended, status }))
  })
}

const transcript = ({ status, out, err }: Ended): string =>
  [`status ${status}`, '--- stdout', out, ...(err === '' ? [] : ['--- stderr', err])].join('\n')

function terminalAt(stage: Stage, book: Book, folder: string): Terminal {
  const url = `http://127.0.0.1:${stage.port}`
  const plain = (text: string) =>
    text.replaceAll(url, '{deployment}').replaceAll(folder, '{folder}').replaceAll(root, '{root}')
  return async (command, args, env = {}) => {
    const ended = await run(command, args, folder, { ...deployment(stage), ...env })
    await stage.settle()
    const changed = Object.entries(env).map(([name, value]) => `${name}=${value} `)
    book.add(plain(`${changed.join('')}npm run ${command} -- ${args.join(' ')}`), plain(transcript(ended)))
  }
}

/** Records the output of `npm run keys` with placeholders for the random keys. */
async function keys(book: Book, folder: string): Promise<void> {
  const shape = (text: string) =>
    text
      .replace(/[A-Za-z0-9+/]{43}=/g, '{32 bytes in base64}')
      .replace(/\b[0-9a-f]{64}\b/g, '{64 hex digits}')
      .replace(/tocsin_[\w-]+/g, (token) => `{token of ${token.length} characters}`)
  for (const args of [['--replace']])
    book.add(
      `npm run keys -- ${args.join(' ')}`,
      shape(transcript(await run('keys', args, folder))).replaceAll(root, '{root}'),
    )
}

async function send(stage: Stage, terminal: Terminal): Promise<void> {
  for (const args of [
    [],
    ['--help'],
    ['none'],
    [SLUG, '--unknown'],
    [SLUG, '--locales', 'en,de'],
    [SLUG, '--rate', '0'],
    [SLUG, '--email', 'update'],
    ['zhanaozen-2011'],
    [SLUG, '--confirmed-after', 'yesterday'],
    [SLUG, '--dry-run'],
    [SLUG, '--dry-run', '--json'],
    [SLUG, '--dry-run', '--locales', 'ru,kk', '--topics', 'mining', '--countries', 'KZ'],
    [SLUG, '--test-to', 'organiser@example.org'],
    [SLUG, '--test-to', 'organiser'],
  ]) {
    await terminal('send', args)
    await stage.live(1_000)
  }
  await terminal('send', [SLUG], { TOCSIN_TOKEN: 'wrong' })
  await terminal('send', [SLUG], { TOCSIN_TOKEN: TOKENS.reader })
  await terminal('send', [SLUG, '--url', NOBODY])
  await terminal('send', [SLUG])
  await terminal('send', [SLUG, '--yes'])
  await terminal('send', [SLUG, '--yes'])
  await terminal('send', [SLUG, '--yes', '--email', 'update', '--update', UPDATE, '--at', '2026-12-24T12:00:00Z'])
  await terminal('send', [SLUG, '--email', 'update', '--update', 'none'])
  await stage.mails()
}

async function lists(stage: Stage, terminal: Terminal, folder: string, book: Book): Promise<void> {
  const at = (name: string) => join(folder, name)
  writeFileSync(at('proved.csv'), PROVED)
  writeFileSync(at('unproved.csv'), UNPROVED)
  writeFileSync(at('list.ndjson'), '{"email":"nora@example.org","consent":{"source":"paper","at":"2024-05-31"}}\n')
  writeFileSync(at('list.xlsx'), 'x')
  const proved = [at('proved.csv'), '--locale', 'ru', '--confirmations', '60', '--yes']
  for (const args of [
    [],
    ['--help'],
    [at('list.xlsx')],
    [at('missing.csv')],
    [at('proved.csv'), '--locale', 'de', '--yes'],
    [at('proved.csv')],
    [at('proved.csv'), '--dry-run'],
    proved,
    proved,
    [...proved, '--again'],
    [at('list.ndjson'), '--yes'],
  ]) {
    await terminal('import', args)
    await stage.live(1_000)
  }
  const imports = await stage.ask(stage.api('GET', '/api/supporters/imports'))
  for (const [n, { id }] of (JSON.parse(textOf(imports)) as Array<{ id: string }>).toReversed().entries())
    book.know(id, `import ${n + 1}`)
  const sent = await run('import', [at('unproved.csv'), '--confirmations', '1', '--yes'], folder, deployment(stage))
  const id = /[0-9a-f]{32}/.exec(sent.out)?.[0] ?? ''
  book.know(id, 'import of people who are asked')
  await stage.settle()
  await terminal('import', ['--status', id])
  await terminal('import', ['--status', 'none'])
  await terminal('import', ['--cancel', id])
  await terminal('import', ['--cancel', id])
  await terminal('import', [at('proved.csv')], { TOCSIN_TOKEN: TOKENS.reader })
  for (const args of [
    [],
    ['--help'],
    [at('out.txt')],
    [at('out.csv')],
    [at('out.csv')],
    [at('out.ndjson')],
    [at('none.csv'), '--url', NOBODY],
  ]) {
    await terminal('export', args)
    await stage.live(1_000)
  }
  await terminal('export', [at('refused.csv')], { TOCSIN_TOKEN: TOKENS.reader })
  for (const name of ['out.csv', 'out.ndjson']) book.add(name, showBody(readFileSync(at(name)), ''))
  const unwritten = ['none.csv', 'refused.csv', 'out.txt'].map((name) => `${name}: ${existsSync(at(name))}`)
  book.add('files that were not written', unwritten.join('\n'))
}
