/** `npm run import -- <file>`: sends a list and follows what becomes of it. */

import { json } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import type { ImportView } from '../supporters/import/status.ts'
import { type Deployment, deploymentAt, request, run, UsageError } from './api.ts'
import { importKey } from './import-key.ts'
import { partsOf, streamOf } from './parts.ts'

const USAGE = `npm run import -- FILE [options]

  FILE                      a list as .csv or .ndjson: docs/import.md tells its columns
  --locale ru               language of people for whom the list names none (en unless told)
  --confirmations N         confirmation mails a minute to people without proof of consent (120)
  --again                   import a file that was sent before with the same options once more; without this, what became
                            of it then is told, and nobody is asked a second time
  --status ID               look at an import that was begun before
  --cancel ID               stop one: who is in stays, nobody further is imported or asked
  --url URL                 the deployment (TOCSIN_URL, else http://127.0.0.1:8787)

The token is TOCSIN_TOKEN, from the environment or from .dev.vars; it needs the scope supporters.`

const LOOK_EVERY_MS = 500
/** Tries of one upload; its key makes repeating it harmless. */
const UPLOAD_TRIES = 3
/** Refused rows that are printed. */
const SHOWN = 20

type ImportWithReport = ImportView & { report: Array<{ row: number; reason: string }> }

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      locale: { type: 'string' },
      confirmations: { type: 'string' },
      again: { type: 'boolean', default: false },
      status: { type: 'string' },
      cancel: { type: 'string' },
      url: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const site = deploymentAt(values.url)
  const [file] = positionals
  if (values.cancel !== undefined) {
    await json(await request(site, 'POST', `/api/supporters/imports/${values.cancel}/cancel`))
    return follow(site, values.cancel)
  }
  if (values.status !== undefined) return follow(site, values.status)
  if (values.help || file === undefined) {
    console.log(USAGE)
    return values.help ? 0 : 1
  }
  const query = new URLSearchParams({
    ...(values.locale !== undefined && { locale: values.locale }),
    ...(values.confirmations !== undefined && { confirmationsPerMinute: values.confirmations }),
  })
  return follow(site, await upload(site, file, query, values.again))
}

/** Sends the file, in parts if it is large. Answers the id of the import. */
async function upload(site: Deployment, file: string, query: URLSearchParams, again: boolean): Promise<string> {
  const isCsv = /\.csv$/i.test(file)
  if (!isCsv && !/\.(ndjson|jsonl)$/i.test(file))
    throw new UsageError(`${file}: expected a file called .csv or .ndjson`)
  const format = isCsv ? 'text/csv' : 'application/x-ndjson'
  const key = again ? crypto.randomUUID() : await importKey(file, format, query)
  const headers = { 'content-type': format, 'idempotency-key': key }
  const { parts, header } = await partsOf(file, isCsv)
  await json(await request(site, 'GET', '/api/supporters/imports')) // a wrong token or address is told before anything is sent
  let id = ''
  for (const [at, part] of parts.entries()) {
    if (process.stdout.isTTY || parts.length > 1) console.log(`Sending part ${at + 1} of ${parts.length}.`)
    const partQuery = new URLSearchParams(query)
    if (at < parts.length - 1) partQuery.set('more', 'yes')
    const path = at === 0 ? '/api/supporters/import' : `/api/supporters/imports/${id}/parts/${at + 1}`
    const answer = await persistently(async () =>
      request(site, at === 0 ? 'POST' : 'PUT', `${path}?${partQuery}`, headers, await streamOf(file, part, header)),
    )
    const uploaded = (await json(answer)) as ImportWithReport
    id = uploaded.id
    if (answer.headers['idempotency-replayed'] === 'true' && uploaded.state !== 'receiving') {
      console.log(
        'This file was sent before with these options: nothing is imported anew. --again imports it once more.',
      )
      break
    }
  }
  return id
}

async function persistently<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await act()
    } catch (error) {
      if (error instanceof UsageError || tries === UPLOAD_TRIES) throw error
      await sleep(LOOK_EVERY_MS * tries)
    }
  }
}

/** Until those with proof are in: the others are asked for as long as it takes, and nobody has to wait for that. */
async function follow(site: Deployment, id: string): Promise<number> {
  let current = await fetchImport(site, id)
  while (current.state === 'receiving' || current.state === 'importing') {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${current.people - current.waiting} of ${current.people}`)
    await sleep(LOOK_EVERY_MS)
    current = await fetchImport(site, id)
  }
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K')
  console.log(`Import ${id} is ${current.state}.`)
  for (const name of ['imported', 'merged', 'confirming', 'refused', 'waiting', 'cancelled'] as const)
    if (current[name] > 0) console.log(`  ${String(current[name]).padStart(7)} ${WORDS[name]}`)
  if (current.ignoredColumns.length > 0)
    console.log(`Columns that mean nothing here: ${current.ignoredColumns.join(', ')}`)
  for (const note of [...current.notes, current.problem ?? '']) if (note !== '') console.log(note)
  for (const { row, reason } of current.report.slice(0, SHOWN)) console.log(`  row ${row}: ${reason}`)
  if (current.refused > SHOWN) console.log(`  … and ${current.refused - SHOWN} more: GET /api/supporters/imports/${id}`)
  if (current.state === 'confirming') console.log(`They are asked bit by bit. Look again with --status ${id}.`)
  return current.state === 'abandoned' ? 1 : 0
}

const WORDS = {
  imported: 'are on the list now',
  merged: 'were on it already, or stand twice in the file',
  confirming: 'were sent a confirmation mail',
  refused: 'were not taken',
  waiting: 'wait to be asked',
  cancelled: 'were left out when it was stopped',
}

const fetchImport = async (site: Deployment, id: string): Promise<ImportWithReport> =>
  (await json(await request(site, 'GET', `/api/supporters/imports/${id}`))) as ImportWithReport

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

await run(main)
