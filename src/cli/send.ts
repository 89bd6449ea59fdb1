/** `npm run send -- <campaign>`: asks for a dispatch and follows it to its end. */

import { parseArgs } from 'node:util'
import { ApiError, call, type Schemas } from './client.ts'
import { codeOf, type Deployment, deploymentAt, Mistake, run, sleep } from './command.ts'

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
  const started = await start(options, campaign, revision)
  const what = `the ${options.email} of “${words.en?.title}”, revision ${revision}`
  if (!options.json) console.log(`${options.dryRun ? 'Counting for' : 'Sending'} ${what}.`)
  if (started === 'test') {
    if (!options.json) console.log('The test is on its way.')
    return 0
  }
  const dispatch = await follow(options, started)
  if (options.json) console.log(JSON.stringify(dispatch, null, 2))
  else report(dispatch)
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
  },
  sendAt: options.at,
  ratePerMinute: options.rate === undefined ? undefined : Number(options.rate),
  dryRun: options.dryRun,
  testTo: options.testTo,
})

const listIn = (typed: string | undefined): string[] | undefined => typed?.split(',').map((part) => part.trim())

/** Requests the dispatch. Its key makes it one dispatch however often the request is repeated. */
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
        throw new Mistake(`${options.url} did not take the request after ${tries} tries: ${why}`)
      }
      await sleep(LOOK_EVERY_MS * tries)
    }
  }
}

async function follow(options: Deployment & { json: boolean }, started: ShownDispatch): Promise<ShownDispatch> {
  let dispatch = started
  while (isUnderWay(dispatch)) {
    if (!options.json) progress(dispatch)
    await sleep(LOOK_EVERY_MS)
    const path = { id: started.id }
    dispatch = (await reached(options, () => call(options, 'get', '/api/dispatches/{id}', { path }))).json
  }
  if (!options.json) progress(dispatch, true)
  return dispatch
}

const isUnderWay = ({ state, sendAt }: ShownDispatch): boolean =>
  state === 'planning' || state === 'running' || (state === 'scheduled' && sendAt === undefined)

/** Says so in plain words where no server answers. */
async function reached<T>({ url }: Deployment, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (codeOf(error) === '') throw error
    throw new Mistake(`Nothing answers at ${url}: is it running? (npm start, or name another with --url)`)
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

/** Options by the fields of the API that they set. */
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

/** The refusal with options in place of fields, and with the option that would make the request possible. */
function inOptions({ message, problem }: ApiError): Mistake {
  const text = Object.entries(OPTIONS).reduce((message, [field, option]) => message.replaceAll(field, option), message)
  const since = problem?.confirmedAfter === undefined ? '' : `\n  --confirmed-after ${problem.confirmedAfter}`
  return new Mistake(text + since)
}

await run(main)
