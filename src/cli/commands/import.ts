import { Option } from 'commander'
import { call, type Schemas } from '../client.ts'
import { type Deployment, Mistake, sleep, WrongUsage } from '../command.ts'
import { importKey } from '../import-key.ts'
import { DATE_ORDERS } from '../list/date-order.ts'
import { ENCODINGS } from '../list/decode.ts'
import { fetchImports, importId, importLine } from '../list/find-import.ts'
import type { FileOptions } from '../list/prepare.ts'
import { partsOf, streamOf } from '../parts.ts'
import { EXIT } from '../program/exit-status.ts'
import {
  actAt,
  type CommandRegistration,
  countIn,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'
import { makeTexts } from '../project.ts'

const POLL_EVERY_MS = 500
/** Attempts of one upload. Its Idempotency-Key makes repeats harmless. */
const UPLOAD_TRIES = 3
/** Refused rows printed at the end. */
const SHOWN = 20

type ImportCommand = ServerOptions &
  FileOptions & {
    yes?: boolean
    dryRun?: boolean
    locale?: string
    confirmations?: number
    again?: boolean
    list?: boolean
    status?: string | true
    cancel?: string | true
  }

export const registerImport: CommandRegistration = (program) => {
  const described = program.command('import').description('upload a list of people, and report what happened to each')
  withQuestion(withServer(described, 'supporters'))
    .argument('[file]', 'a list as .csv or .ndjson: docs/import.md lists the columns')
    .option('--locale <LANGUAGE>', 'language of people whose row names none (en)')
    .option('--confirmations <N>', 'confirmation emails a minute to people without proof of consent (120)', countIn)
    .option('--dry-run', 'read the file, show what would happen, and send nothing')
    .option('--map <COLUMN=FIELD>', 'what a column holds, such as "Courriel=email"; may be repeated', collected)
    .option('--source <TEXT>', 'where people agreed, if their rows say when but not where')
    .addOption(new Option('--dates <ORDER>', 'how dates such as 03/04/2025 are read').choices(DATE_ORDERS))
    .addOption(
      new Option('--encoding <NAME>', 'encoding of a file that is neither UTF-8 nor UTF-16').choices(ENCODINGS),
    )
    .option('--subscribed <WORDS>', 'words of the file that mean that a person may be written to, separated by commas')
    .option('--left <WORDS>', 'words that mean that they have left or must not be written to')
    .option('--ignore-columns <NAMES>', 'columns that do not say who may be written to')
    .option(
      '--again',
      'import a file again that was sent before with the same options; without this, the state of the earlier import is ' +
        'shown and no second confirmation email is sent',
    )
    .option('--list', 'list the newest imports')
    .option(
      '--status [ID]',
      'show an earlier import: its id, or the first 8 digits; the one that goes on, or the newest',
    )
    .option(
      '--cancel [ID]',
      'cancel an import (not named if only one goes on): imported people stay, no one else is imported or gets a confirmation email',
    )
    .action((file: string | undefined, options: ImportCommand) =>
      actAt(options, (deployment, terminal) => importOrShow(deployment, terminal, file, options)),
    )
}

async function importOrShow(
  deployment: Deployment,
  terminal: Terminal,
  file: string | undefined,
  options: ImportCommand,
): Promise<number> {
  const { list, cancel, status, again = false } = options
  if ([file, list, cancel, status].filter((one) => one !== undefined).length !== 1)
    throw new WrongUsage('Expected a file, --list, --status or --cancel, and only one of them.')
  if (list) return listImports(deployment, terminal)
  if (cancel !== undefined) return cancelImport(deployment, terminal, cancel === true ? undefined : cancel)
  if (status !== undefined)
    return follow(deployment, terminal, await importId(deployment, status === true ? undefined : status, 'show'))
  const query = {
    locale: options.locale,
    confirmationsPerMinute: options.confirmations?.toString(),
  }
  if (options.dryRun !== true) await call(deployment, 'get', '/api/supporters/imports', {}) // a wrong token or URL is told first
  await makeTexts() // which no other command needs
  const { prepareImport, removePrepared } = await import('../list/prepare.ts')
  const prepared = await prepareImport(terminal, file ?? '', options, Date.now())
  try {
    if (options.dryRun === true) return EXIT.done
    await terminal.confirm(`Send this list to ${deployment.url}?`)
    return await follow(deployment, terminal, await upload(deployment, terminal, prepared, query, again))
  } finally {
    removePrepared(prepared)
  }
}

async function listImports(deployment: Deployment, terminal: Terminal): Promise<number> {
  const imports = await fetchImports(deployment)
  for (const one of imports) terminal.give(one)
  if (!terminal.isJson) terminal.say(imports.map(importLine).join('\n') || 'There are no imports.')
  return EXIT.done
}

/** Shows how far an import is, asks, and cancels it. */
async function cancelImport(deployment: Deployment, terminal: Terminal, typed: string | undefined): Promise<number> {
  const id = await importId(deployment, typed, 'cancel')
  const { state, people = 0, imported = 0 } = await fetchImport(deployment, id)
  await terminal.confirm(
    `Import ${id} is ${state}: of ${people} people, ${imported} were added and stay. Cancel it for the others?`,
  )
  await call(deployment, 'post', '/api/supporters/imports/{id}/cancel', { path: { id } })
  return follow(deployment, terminal, id)
}

const collected = (text: string, earlier: string[] = []): string[] => [...earlier, text]

/** Options of the list as typed at the terminal; the API validates them. */
type ImportOptions = Record<'locale' | 'confirmationsPerMinute', string | undefined>

/** Uploads the file, in parts if it is large. Returns the id of the import. @throws Mistake, ApiError, Error */
async function upload(
  deployment: Deployment,
  terminal: Terminal,
  file: string,
  query: ImportOptions,
  again: boolean,
): Promise<string> {
  const type = 'application/x-ndjson'
  const header = { 'Idempotency-Key': again ? crypto.randomUUID() : await importKey(file, type, keyed(query)) }
  const { parts, header: headerBytes } = await partsOf(file, false)
  let id = ''
  for (const [at, part] of parts.entries()) {
    if (process.stdout.isTTY || parts.length > 1) terminal.say(`Sending part ${at + 1} of ${parts.length}.`)
    const partQuery = { ...query, more: at < parts.length - 1 ? 'yes' : undefined }
    const answer = await persistently(async () => {
      const list = { query: partQuery, file: { type, stream: await streamOf(file, part, headerBytes) } } as const
      if (at === 0) return call(deployment, 'post', '/api/supporters/import', { header, ...list })
      const path = { id, part: String(at + 1) }
      return call(deployment, 'put', '/api/supporters/imports/{id}/parts/{part}', { path, ...list })
    })
    id = answer.json.id
    if (answer.headers['idempotency-replayed'] === 'true' && answer.json.state !== 'receiving') {
      terminal.say(
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
async function follow(deployment: Deployment, terminal: Terminal, id: string): Promise<number> {
  let view = await fetchImport(deployment, id)
  while ('waiting' in view && (view.state === 'receiving' || view.state === 'importing')) {
    terminal.progress(`${view.people - view.waiting} of ${view.people}`)
    await sleep(POLL_EVERY_MS)
    view = await fetchImport(deployment, id)
  }
  terminal.progress('')
  terminal.give(view)
  if (!terminal.isJson) terminal.say(`Import ${id} is ${view.state}.`)
  if (!terminal.isJson && 'waiting' in view) report(terminal, view, id)
  return view.state === 'abandoned' ? EXIT.failed : EXIT.done
}

function report(
  { say }: Terminal,
  view: Schemas['Import'] & Pick<Schemas['ImportDetail'], 'report'>,
  id: string,
): void {
  for (const name of ['imported', 'merged', 'confirming', 'refused', 'waiting', 'cancelled'] as const)
    if (view[name] > 0) say(`  ${String(view[name]).padStart(7)} ${WORDS[name]}`)
  if (view.ignoredColumns.length > 0) say(`Columns that were ignored: ${view.ignoredColumns.join(', ')}`)
  for (const note of [...view.notes, view.problem ?? '']) if (note !== '') say(note)
  for (const { row, reason } of view.report.slice(0, SHOWN)) say(`  row ${row}: ${reason}`)
  if (view.refused > SHOWN)
    say(`  … and ${view.refused - SHOWN} more. Mend these rows and import the file again to see them.`)
  if (view.state === 'confirming')
    say(`Confirmation emails are sent gradually. To see the progress: npm run import -- --status ${id}`)
}

const WORDS = {
  imported: 'are on the list now',
  merged: 'were on the list already, or are in the file twice',
  confirming: 'were sent a confirmation email',
  refused: 'were refused',
  waiting: 'are waiting for a confirmation email',
  cancelled: 'were left out because the import was cancelled',
}

const fetchImport = async (deployment: Deployment, id: string): Promise<Schemas['ImportDetail']> =>
  (await call(deployment, 'get', '/api/supporters/imports/{id}', { path: { id } })).json
