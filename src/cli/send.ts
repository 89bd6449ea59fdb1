/** `npm run send -- <campaign>`: asks for a dispatch and follows it to its end. */

import { parseArgs } from 'node:util'
import type { Counts } from '../delivery/counts.ts'
import type { DispatchView } from '../dispatch/dispatch-request.ts'
import { deploymentAt, UsageError } from './api.ts'

const USAGE = `npm run send -- CAMPAIGN [options]

  --email appeal|update     what to send (appeal unless told)
  --update ID               which update, by its day
  --locales en,fr           only people who would be sent these languages
  --topics mining,metal     only people who read about these
  --countries KZ,GB         only people in these countries
  --confirmed-after TIME    only people who joined since, such as 2026-11-22T12:00:00Z
  --at TIME                 not now but then
  --rate N                  people a minute, at most
  --dry-run                 count the people and send nothing
  --test-to ADDRESS         send one test mail to this address and nothing else
  --url URL                 the deployment (TOCSIN_URL, else http://127.0.0.1:8787)
  --json                    print the answer as JSON

The token is TOCSIN_TOKEN, from the environment or from .dev.vars.`

const LOOK_EVERY_MS = 300
/** Tries of the one request that starts a dispatch; its Idempotency-Key makes repeating it harmless. */
const REQUEST_TRIES = 5

/** States that wait for a time or a person, as was asked. */
const WAITING: readonly string[] = ['scheduled', 'awaiting-approval']

type Options = ReturnType<typeof readArguments>

async function main(): Promise<number> {
  const options = readArguments()
  if (options.help || options.campaign === undefined) {
    console.log(USAGE)
    return options.help ? 0 : 1
  }
  const { revision, words } = await api<{ revision: string; words: Record<string, { title: string }> }>(
    options,
    'GET',
    `/api/campaigns/${options.campaign}`,
  )
  const request = bodyOf(options, revision)
  const started = await start(options, request)
  const what = `the ${request.email} of “${words.en?.title}”, revision ${revision}`
  if (!options.json) console.log(`${options.dryRun ? 'Counting for' : 'Sending'} ${what}.`)
  if (options.testTo !== undefined) {
    if (!options.json) console.log('The test is on its way.')
    return 0
  }
  const result = await follow(options, started)
  if (options.json) console.log(JSON.stringify(result, null, 2))
  else report(result)
  const isWell = result.state === 'finished' ? result.counts.uncertain === 0 : WAITING.includes(result.state)
  return isWell ? 0 : 1
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      email: { type: 'string', default: 'appeal' },
      update: { type: 'string' },
      locales: { type: 'string' },
      topics: { type: 'string' },
      countries: { type: 'string' },
      'confirmed-after': { type: 'string' },
      at: { type: 'string' },
      rate: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      'test-to': { type: 'string' },
      url: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    ...values,
    ...deploymentAt(values.url),
    dryRun: values['dry-run'],
    testTo: values['test-to'],
    campaign: positionals[0],
  }
}

function bodyOf(options: Options, revision: string) {
  const list = (text: string | undefined) => text?.split(',').map((part) => part.trim())
  const audience = {
    locales: list(options.locales),
    topics: list(options.topics),
    countries: list(options.countries),
    confirmedAfter: options['confirmed-after'],
  }
  return {
    campaign: options.campaign,
    revision,
    email: options.email,
    updateId: options.update,
    audience,
    sendAt: options.at,
    ratePerMinute: options.rate === undefined ? undefined : Number(options.rate),
    dryRun: options.dryRun,
    testTo: options.testTo,
  }
}

/** One dispatch however often the request has to be made. */
async function start(options: Options, request: object): Promise<DispatchView> {
  const key = crypto.randomUUID()
  for (let tries = 1; ; tries++) {
    try {
      return await api<DispatchView>(options, 'POST', '/api/dispatches', request, { 'idempotency-key': key })
    } catch (error) {
      if (error instanceof UsageError) throw error
      if (tries === REQUEST_TRIES) {
        const why = error instanceof Error ? error.message : String(error)
        throw new UsageError(`${options.url} did not take the request after ${tries} tries: ${why}`)
      }
      await sleep(LOOK_EVERY_MS * tries)
    }
  }
}

async function follow(options: Options, started: DispatchView): Promise<DispatchView> {
  let current = started
  while (
    current.state === 'planning' ||
    current.state === 'running' ||
    (current.state === 'scheduled' && current.sendAt === undefined)
  ) {
    if (!options.json) progress(current)
    await sleep(LOOK_EVERY_MS)
    current = await api<DispatchView>(options, 'GET', `/api/dispatches/${started.id}`)
  }
  if (!options.json) progress(current, true)
  return current
}

function progress({ state, counts }: DispatchView, last = false): void {
  const { planned, waiting } = counts
  const line = `${state}: ${planned - waiting} of ${planned} ${bar(planned - waiting, planned)}`
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${line}${last ? '\n' : ''}`)
  else if (last) console.log(line)
}

const BAR = 30
const bar = (done: number, of: number): string => {
  const filled = of === 0 ? 0 : Math.round((done / of) * BAR)
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}]`
}

function report(dispatch: DispatchView): void {
  const formatCounts = (counts: Counts) =>
    (['accepted', 'refused', 'suppressed', 'uncertain', 'cancelled', 'waiting'] as const)
      .filter((name) => counts[name] > 0)
      .map((name) => `${counts[name]} ${dispatch.dryRun && name === 'cancelled' ? 'counted, none sent' : name}`)
      .join(', ')
  for (const [locale, counts] of Object.entries(dispatch.perLocale).sort())
    console.log(`  ${locale.padEnd(4)} ${formatCounts(counts)}`)
  console.log(`  all  ${formatCounts(dispatch.counts) || 'nobody'}`)
  if (dispatch.state === 'paused')
    console.log(`Paused: ${dispatch.paused?.detail}. Resume with POST /api/dispatches/${dispatch.id}/resume.`)
  if (dispatch.waiting !== undefined)
    console.log(`Waiting until ${dispatch.waiting.until}: ${dispatch.waiting.reason}.`)
  if (dispatch.fallback !== undefined)
    console.log(`Going by ${dispatch.fallback.transport}: ${dispatch.fallback.reason}.`)
  if (dispatch.state === 'finished' && !dispatch.dryRun && dispatch.followUpAfter !== undefined)
    console.log(
      `Those who join from now on get it by the same command with --confirmed-after ${dispatch.followUpAfter}.`,
    )
  if (dispatch.state === 'scheduled') console.log(`It will start at ${dispatch.sendAt}.`)
  if (dispatch.state === 'awaiting-approval') console.log('Somebody else has to approve it.')
  if (dispatch.counts.uncertain > 0)
    console.log(`Nobody knows whether ${dispatch.counts.uncertain} got it: see GET /api/dispatches/${dispatch.id}.`)
}

/** What a problem may say (RFC 9457), with the members this API adds. */
type ProblemAnswer = {
  title?: string
  detail?: string
  errors?: Array<{ path: string; message: string }>
  confirmedAfter?: string
}

async function api<T>(
  options: Options,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<T> {
  let response: Response
  try {
    response = await fetch(options.url + path, {
      method,
      headers: {
        authorization: `Bearer ${options.token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
  } catch (error) {
    if (method === 'POST') throw error
    throw new UsageError(`Nothing answers at ${options.url}: is it running? (npm start, or name another with --url)`)
  }
  const answer = (await response.json().catch(() => null)) as (T & ProblemAnswer) | null
  if (response.ok && answer !== null) return answer
  if (response.status >= 500) throw new Error(`${method} ${path} answered ${response.status}: ${answer?.title ?? ''}`)
  const faults = answer?.errors?.map(({ path, message }) => `\n  ${path}: ${message}`).join('') ?? ''
  const message = [answer?.title ?? `${method} ${path} answered ${response.status}`, answer?.detail]
    .filter(Boolean)
    .join(': ')
  const since = answer?.confirmedAfter === undefined ? '' : `\n  --confirmed-after ${answer.confirmedAfter}`
  throw new UsageError(inOptions(message + faults) + since)
}

/** The API names its fields; whoever is at the terminal has options. */
const OPTIONS: Record<string, string> = {
  'audience.locales': '--locales',
  'audience.topics': '--topics',
  'audience.countries': '--countries',
  'audience.confirmedAfter': '--confirmed-after',
  confirmedAfter: '--confirmed-after',
  updateId: '--update',
  sendAt: '--at',
  ratePerMinute: '--rate',
  testTo: '--test-to',
}
const inOptions = (text: string): string =>
  Object.entries(OPTIONS).reduce((message, [field, option]) => message.replaceAll(field, option), text)

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

try {
  process.exitCode = await main()
} catch (error) {
  // An option that is not known is a mistake too: parseArgs says which.
  const isMistake = error instanceof UsageError || (error instanceof TypeError && 'code' in error)
  console.error(isMistake ? error.message : error)
  process.exitCode = 1
}
