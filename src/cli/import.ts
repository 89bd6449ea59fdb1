/** `npm run import -- <file>`: uploads a list of people and reports the progress of the import. */

import { parseArgs } from 'node:util'
import { call, type Schemas } from './client.ts'
import { type Deployment, deploymentAt, Mistake, run, sleep } from './command.ts'
import { importKey } from './import-key.ts'
import { partsOf, streamOf } from './parts.ts'

const USAGE = `npm run import -- FILE [options]

  FILE                      a list as .csv or .ndjson: docs/import.md lists the columns
  --locale ru               language of people whose row names none (en)
  --confirmations N         confirmation mails a minute to people without proof of consent (120)
  --subscribed WORDS        words of the file that mean that a person may be written to, separated by commas
  --left WORDS              words that mean that they have left or must not be written to
  --ignore-columns NAMES    columns that do not say who may be written to
  --again                   import a file again that was sent before with the same options; without this, the state of the
                            earlier import is shown and no second confirmation mail is sent
  --status ID               show an earlier import
  --cancel ID               cancel an import: imported people stay, no one else is imported or gets a confirmation mail
  --url URL                 the deployment (TOCSIN_URL, else http://127.0.0.1:8787)

The token is TOCSIN_TOKEN, from the environment or from .dev.vars; it needs the scope supporters.`

const POLL_EVERY_MS = 500
/** Attempts of one upload. Its Idempotency-Key makes repeats harmless. */
const UPLOAD_TRIES = 3
/** Refused rows printed at the end. */
const SHOWN = 20

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      locale: { type: 'string' },
      confirmations: { type: 'string' },
      subscribed: { type: 'string' },
      left: { type: 'string' },
      'ignore-columns': { type: 'string' },
      again: { type: 'boolean', default: false },
      status: { type: 'string' },
      cancel: { type: 'string' },
      url: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const deployment = deploymentAt(values.url)
  const [file] = positionals
  if (values.cancel !== undefined) {
    await call(deployment, 'post', '/api/supporters/imports/{id}/cancel', { path: { id: values.cancel } })
    return follow(deployment, values.cancel)
  }
  if (values.status !== undefined) return follow(deployment, values.status)
  if (values.help || file === undefined) {
    console.log(USAGE)
    return values.help ? 0 : 1
  }
  const query = {
    locale: values.locale,
    confirmationsPerMinute: values.confirmations,
    subscribedValues: values.subscribed,
    leftValues: values.left,
    ignoredColumns: values['ignore-columns'],
  }
  return follow(deployment, await upload(deployment, file, query, values.again))
}

/** Options of the list as typed at the terminal; the API validates them. */
type ImportOptions = Record<
  'locale' | 'confirmationsPerMinute' | 'subscribedValues' | 'leftValues' | 'ignoredColumns',
  string | undefined
>

/** Uploads the file, in parts if it is large. Returns the id of the import. @throws Mistake, ApiError, Error */
async function upload(deployment: Deployment, file: string, query: ImportOptions, again: boolean): Promise<string> {
  const isCsv = /\.csv$/i.test(file)
  if (!isCsv && !/\.(ndjson|jsonl)$/i.test(file))
    throw new Mistake(`${file}: expected a file name that ends in .csv or .ndjson`)
  const type = isCsv ? 'text/csv' : 'application/x-ndjson'
  const header = { 'Idempotency-Key': again ? crypto.randomUUID() : await importKey(file, type, keyed(query)) }
  const { parts, header: headerBytes } = await partsOf(file, isCsv)
  await call(deployment, 'get', '/api/supporters/imports', {}) // fails early with a wrong token or URL, before the upload
  let id = ''
  for (const [at, part] of parts.entries()) {
    if (process.stdout.isTTY || parts.length > 1) console.log(`Sending part ${at + 1} of ${parts.length}.`)
    const partQuery = { ...query, more: at < parts.length - 1 ? 'yes' : undefined }
    const answer = await persistently(async () => {
      const list = { query: partQuery, file: { type, stream: await streamOf(file, part, headerBytes) } } as const
      if (at === 0) return call(deployment, 'post', '/api/supporters/import', { header, ...list })
      const path = { id, part: String(at + 1) }
      return call(deployment, 'put', '/api/supporters/imports/{id}/parts/{part}', { path, ...list })
    })
    id = answer.json.id
    if (answer.headers['idempotency-replayed'] === 'true' && answer.json.state !== 'receiving') {
      console.log(
        'This file was sent before with these options, so nothing is imported. --again imports the file again.',
      )
      break
    }
  }
  return id
}

const keyed = (query: ImportOptions): URLSearchParams =>
  new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

async function persistently<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await act()
    } catch (error) {
      if (error instanceof Mistake || tries === UPLOAD_TRIES) throw error
      await sleep(POLL_EVERY_MS * tries)
    }
  }
}

/** Polls an import until all rows are processed, then prints its counts. Confirmation mails may go on after that. Returns the exit code. */
async function follow(deployment: Deployment, id: string): Promise<number> {
  let view = await fetchImport(deployment, id)
  while ('waiting' in view && (view.state === 'receiving' || view.state === 'importing')) {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${view.people - view.waiting} of ${view.people}`)
    await sleep(POLL_EVERY_MS)
    view = await fetchImport(deployment, id)
  }
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K')
  console.log(`Import ${id} is ${view.state}.`)
  if ('waiting' in view) report(view, id)
  return view.state === 'abandoned' ? 1 : 0
}

function report(view: Schemas['Import'] & Pick<Schemas['ImportDetail'], 'report'>, id: string): void {
  for (const name of ['imported', 'merged', 'confirming', 'refused', 'waiting', 'cancelled'] as const)
    if (view[name] > 0) console.log(`  ${String(view[name]).padStart(7)} ${WORDS[name]}`)
  if (view.ignoredColumns.length > 0) console.log(`Columns that were ignored: ${view.ignoredColumns.join(', ')}`)
  for (const note of [...view.notes, view.problem ?? '']) if (note !== '') console.log(note)
  for (const { row, reason } of view.report.slice(0, SHOWN)) console.log(`  row ${row}: ${reason}`)
  if (view.refused > SHOWN) console.log(`  … and ${view.refused - SHOWN} more: GET /api/supporters/imports/${id}`)
  if (view.state === 'confirming')
    console.log(`Confirmation mails are sent gradually. See the progress with --status ${id}.`)
}

const WORDS = {
  imported: 'are on the list now',
  merged: 'were on the list already, or their mailbox stands twice in the file',
  confirming: 'were sent a confirmation mail',
  refused: 'were refused',
  waiting: 'wait for a confirmation mail',
  cancelled: 'were left out because the import was cancelled',
}

const fetchImport = async (deployment: Deployment, id: string): Promise<Schemas['ImportDetail']> =>
  (await call(deployment, 'get', '/api/supporters/imports/{id}', { path: { id } })).json

await run(main)
