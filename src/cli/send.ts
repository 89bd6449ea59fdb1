/** `npm run send -- <campaign>`: requests a dispatch and reports its progress until it ends. */

import { parseArgs } from 'node:util'
import { ApiError, call, type Schemas } from './client.ts'
import { codeOf, type Deployment, deploymentAt, Mistake, run, sleep } from './command.ts'
import { localIso, momentIn } from './moment.ts'

const USAGE = `npm run send -- CAMPAIGN [options]

  --email appeal|update     the e-mail to send (appeal)
  --update ID               the update to send, by its day
  --locales en,fr           only people who would get one of these languages
  --topics mining,metal     only people who chose one of these topics
  --countries KZ,GB         only people in these countries
  --confirmed-after TIME    only people who joined after this, such as 2026-11-22T12:00:00Z
  --not-reached-by ID       only people whom no dispatch of this e-mail has reached; ID names an earlier one that is over
  --at TIME                 start at this time instead of now: 2026-12-05T16:00 on this machine's clock, or with a zone,
                            such as 2026-12-05T16:00Z
  --rate N                  at most N people a minute
  --dry-run                 count the people and send nothing
  --test-to ADDRESS         send one test mail to this address and nothing else
  --url URL                 the deployment (TOCSIN_URL, else http://127.0.0.1:8787)
  --json                    print the answer as JSON

The token is TOCSIN_TOKEN, from the environment or from .dev.vars.`

const POLL_EVERY_MS = 300
/** Attempts of the request that opens a dispatch. Its Idempotency-Key makes repeats harmless. */
const REQUEST_TRIES = 5

/** States in which a dispatch waits for its start time or an approval. `npm run send` ends there with exit code 0. */
const WAITING: readonly string[] = ['scheduled', 'awaiting-approval']

type ShownDispatch = Schemas['Dispatch']
type SendOptions = ReturnType<typeof readArguments>

async function main(): Promise<number> {
  const { campaign, ...options } = readArguments()
  if (options.help || campaign === undefined) {
    console.log(USAGE)
    return options.help ? 0 : 1
  }
  const { json: found } = await reached(options, () =>
    call(options, 'get', '/api/campaigns/{slug}', { path: { slug: campaign } }),
  )
  const { revision, words } = found
  const startedAt = new Date().toISOString()
  const started = await start(options, campaign, revision)
  const what = `the ${options.email} of “${words.en?.title}”, revision ${revision}`
  if (!options.json) console.log(`${options.dryRun ? 'Counting for' : 'Sending'} ${what}.`)
  if (started === 'test') {
    if (!options.json) console.log('The test mail is queued.')
    return 0
  }
  const dispatch = await follow(options, started)
  if (options.json) console.log(JSON.stringify(dispatch, null, 2))
  else {
    report(dispatch)
    await reportNotices(options, startedAt)
  }
  const isWell = dispatch.state === 'finished' ? dispatch.counts.uncertain === 0 : WAITING.includes(dispatch.state)
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
      'not-reached-by': { type: 'string' },
      at: { type: 'string' },
      rate: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      'test-to': { type: 'string' },
      url: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const now = new Date()
  const timeIn = (option: 'at' | 'confirmed-after') => {
    const typed = values[option]
    return typed === undefined ? undefined : momentIn(`--${option}`, typed, now)
  }
  const at = timeIn('at')
  if (at?.isLocal && !values.json) console.log(`--at is ${localIso(new Date(at.iso))} on this machine’s clock.`)
  return {
    ...values,
    ...deploymentAt(values.url),
    at: at?.iso,
    'confirmed-after': timeIn('confirmed-after')?.iso,
    dryRun: values['dry-run'],
    testTo: values['test-to'],
    campaign: positionals[0],
  }
}

const bodyOf = (options: Omit<SendOptions, 'campaign'>, campaign: string, revision: string) => ({
  campaign,
  revision,
  email: options.email,
  updateId: options.update,
  audience: {
    locales: listIn(options.locales),
    topics: listIn(options.topics),
    countries: listIn(options.countries),
    confirmedAfter: options['confirmed-after'],
    notReachedBy: options['not-reached-by'],
  },
  sendAt: options.at,
  ratePerMinute: options.rate === undefined ? undefined : Number(options.rate),
  dryRun: options.dryRun,
  testTo: options.testTo,
})

const listIn = (typed: string | undefined): string[] | undefined => typed?.split(',').map((part) => part.trim())

/** Opens the dispatch, or queues a test mail. Repeats share an Idempotency-Key. @throws Mistake if refused or after 5 attempts */
async function start(
  options: Omit<SendOptions, 'campaign'>,
  campaign: string,
  revision: string,
): Promise<ShownDispatch | 'test'> {
  const header = { 'Idempotency-Key': crypto.randomUUID() }
  const json = bodyOf(options, campaign, revision)
  for (let tries = 1; ; tries++) {
    try {
      const answer = await call(options, 'post', '/api/dispatches', { header, json })
      return answer.status === 201 ? answer.json : 'test'
    } catch (error) {
      if (error instanceof ApiError) throw inOptions(error)
      if (tries === REQUEST_TRIES) {
        const why = error instanceof Error ? error.message || codeOf(error) : String(error)
        throw new Mistake(`${options.url} did not accept the request in ${tries} attempts: ${why}`)
      }
      await sleep(POLL_EVERY_MS * tries)
    }
  }
}

async function follow(options: Deployment & { json: boolean }, started: ShownDispatch): Promise<ShownDispatch> {
  let dispatch = started
  while (isUnderWay(dispatch)) {
    if (!options.json) progress(dispatch)
    await sleep(POLL_EVERY_MS)
    const path = { id: started.id }
    dispatch = (await reached(options, () => call(options, 'get', '/api/dispatches/{id}', { path }))).json
  }
  if (!options.json) progress(dispatch, true)
  return dispatch
}

const isUnderWay = ({ state, sendAt }: ShownDispatch): boolean =>
  state === 'planning' || state === 'running' || (state === 'scheduled' && sendAt === undefined)

/** Runs `request`. @throws Mistake with a hint if no server answers at the URL */
async function reached<T>({ url }: Deployment, request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    if (codeOf(error) === '') throw error
    throw new Mistake(`No server answers at ${url}. Start one with npm start, or name another with --url.`)
  }
}

function progress({ state, counts }: ShownDispatch, last = false): void {
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

function report(dispatch: ShownDispatch): void {
  const formatCounts = (counts: Schemas['Counts']) =>
    (['accepted', 'refused', 'suppressed', 'uncertain', 'cancelled', 'waiting'] as const)
      .filter((name) => counts[name] > 0)
      .map((name) => `${counts[name]} ${dispatch.dryRun && name === 'cancelled' ? 'counted, none sent' : name}`)
      .join(', ')
  for (const [locale, counts] of Object.entries(dispatch.perLocale).sort())
    console.log(`  ${locale.padEnd(4)} ${formatCounts(counts)}`)
  console.log(`  all  ${formatCounts(dispatch.counts) || 'no people'}`)
  if (dispatch.state === 'paused')
    console.log(`Paused: ${dispatch.paused?.detail}. Resume with POST /api/dispatches/${dispatch.id}/resume.`)
  if (dispatch.waiting !== undefined)
    console.log(`Waiting until ${dispatch.waiting.until}: ${dispatch.waiting.reason}.`)
  if (dispatch.fallback !== undefined)
    console.log(`Sending by ${dispatch.fallback.transport} instead: ${dispatch.fallback.reason}.`)
  if (dispatch.state === 'finished' && !dispatch.dryRun && dispatch.followUpAfter !== undefined)
    console.log(`To reach people who join later, repeat the command with --confirmed-after ${dispatch.followUpAfter}.`)
  if (dispatch.state === 'scheduled') console.log(`The dispatch starts at ${dispatch.sendAt}.`)
  if (dispatch.state === 'awaiting-approval') console.log('A second organiser has to approve the dispatch.')
  if (dispatch.counts.uncertain > 0)
    console.log(
      `It is not known whether ${dispatch.counts.uncertain} people got the mail: see GET /api/dispatches/${dispatch.id}.`,
    )
  if (dispatch.state === 'cancelled' && !dispatch.dryRun)
    console.log(`To reach the others, repeat the command with --not-reached-by ${dispatch.id}.`)
}

/** Prints what organisers must know of the time since the command began. */
async function reportNotices(deployment: Deployment, since: string): Promise<void> {
  const { json: notices } = await reached(deployment, () => call(deployment, 'get', '/api/notices', {}))
  const recent = notices.filter(({ lastAt }) => lastAt >= since)
  for (const { summary, action } of recent) console.log(`Notice: ${summary} ${action}`)
}

/** Command-line options by the API field that each sets. */
const OPTIONS: Record<string, string> = {
  'audience.locales': '--locales',
  'audience.topics': '--topics',
  'audience.countries': '--countries',
  'audience.confirmedAfter': '--confirmed-after',
  'audience.notReachedBy': '--not-reached-by',
  confirmedAfter: '--confirmed-after',
  updateId: '--update',
  sendAt: '--at',
  ratePerMinute: '--rate',
  testTo: '--test-to',
}

/** The API's refusal with option names in place of field names. Adds the options that avoid the refusal. */
function inOptions({ message, problem }: ApiError): Mistake {
  const text = Object.entries(OPTIONS).reduce((message, [field, option]) => message.replaceAll(field, option), message)
  const since = problem?.confirmedAfter === undefined ? '' : `\n  --confirmed-after ${problem.confirmedAfter}`
  const rest = problem?.notReachedBy === undefined ? '' : `\n  --not-reached-by ${problem.notReachedBy}`
  return new Mistake(text + since + rest)
}

await run(main)
