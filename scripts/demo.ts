/**
 * `npm run demo`: plays sixty sign-ups, an appeal and two hundred letters on a local server with its own state and clock, and checks
 * every step. The exit code is 1 if a check fails.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { live } from './clock/live.ts'
import { CLOCK_OBJECT, type MovableClock, movableBundle, movableBundlePath, movableClock } from './clock/movable.ts'
import { abuser, moderating, speaking, writing } from './demo/acting.ts'
import { actors, endorsers } from './demo/crowd.ts'
import { carried, checkUpdate, nextMonday, STRIDE_MS } from './demo/delivering.ts'
import { joining, leaving } from './demo/joining.ts'
import { type Arrived, mailChecks, ownLinks, read, subjectsOf } from './demo/mails.ts'
import { DEMO_CAMPAIGN, type DemoPerson, demoPeople } from './demo/people.ts'
import { differs, differsInMembers, report } from './demo/report.ts'
import { perLocaleOf, sending } from './demo/sending.ts'
import { type Stage, visitorOf } from './demo/stage.ts'
import { plantCanaries, searchState } from './demo/state.ts'
import { readDevVars } from './local/dev-vars.ts'
import { organiser } from './local/organiser.ts'
import { readEml, readOutbox } from './local/outbox.ts'
import { anyPort } from './local/ports.ts'
import { type Server, startServer } from './local/server.ts'
import { open } from './local/visitor.ts'

/** Settings for two hundred people who all write in the same minute. */
const CROWD = { CONFIRMATIONS_PER_MINUTE: '600', CONFIRMATIONS_PER_HOUR: '6000' }

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { keep: { type: 'boolean', default: false }, build: { type: 'boolean', default: true } },
    allowNegative: true,
  })
  const printed = report()
  console.log('Tocsin: from a campaign’s files to every supporter’s inbox')
  if (values.build) await movableBundle()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-demo-'))
  const state = join(folder, 'state')
  mkdirSync(state)
  let server: Server | undefined
  try {
    const { settings, token = '' } = readDevVars(join(folder, '.dev.vars')) // keys for this run only
    const bundle = movableBundlePath
    server = await startServer({
      port: await anyPort(),
      state,
      settings: { ...settings, ...CROWD },
      bundle,
      unbound: [CLOCK_OBJECT],
    })
    const api = organiser(server.url, token)
    const stage = {
      site: server.url,
      organiser: api,
      report: printed,
      people: demoPeople,
      campaign: await api.campaign(DEMO_CAMPAIGN),
    }
    const onList = await play(stage)
    await act(stage, movableClock(server), onList)
    await plantCanaries(server)
    await server.stop()
    server = undefined
    printed.section('Stored data')
    searchState(state, typedTexts(), printed)
  } finally {
    await server?.stop()
    if (values.keep) printed.note(`The state is in ${state}.`)
    else rmSync(folder, { recursive: true, force: true })
  }
  return printed.end()
}

/** Plays sign-up, leaving and the appeal. Returns the addresses that are on the list at the end. */
async function play(stage: Stage): Promise<ReadonlySet<string>> {
  const { report, people } = stage
  const byPage = personAt(people, 0)
  const byOneClick = personAt(people, 1)

  report.section('Signing up')
  report.note(inWords(perLocaleOf(people)))
  await joining(stage)

  report.section('Leaving')
  await leaving(stage, byPage, byOneClick)

  report.section(`Sending “${stage.campaign.words.en?.title}”`)
  const stillThere = people.filter((person) => person !== byPage && person !== byOneClick)
  const inPause = await sending(stage, stillThere)

  report.section('Checking the bytes of every mail')
  await checkMails(
    stage,
    stillThere.filter((person) => person !== inPause),
    byPage,
    byOneClick,
  )
  return new Set(stillThere.filter((person) => person !== inPause).map(({ email }) => email))
}

/** Milliseconds that two hundred letters take to an addressee of thirty an hour in office hours: until noon two days later. */
const LETTERS_TAKE_MS = 48 * 3_600_000

async function act(stage: Stage, clock: MovableClock, onList: ReadonlySet<string>): Promise<void> {
  const { report, site } = stage
  const began = nextMonday(await clock.now())
  await clock.moveTo(began)
  const last = async () => (await readOutbox(site)).at(-1)?.id ?? 0

  report.section('Letters to the targets')
  report.note(`The clock is moved to ${new Date(began).toUTCString()}.`)
  const before = await last()
  await writing(stage, before)

  report.section('Messages to the workers')
  const between = await last()
  await speaking(stage, between)
  await moderating(stage, between)

  report.section('Two days later')
  await live(clock, began + LETTERS_TAKE_MS, STRIDE_MS)
  await carried(stage, before, began)
  await checkUpdate(stage, clock, onList)
}

/** All texts that the invented people typed: addresses, names, letters and messages. */
const typedTexts = (): string[] => [
  ...demoPeople.flatMap(({ email, name }) => (name === undefined ? [email] : [email, name])),
  ...actors.flatMap(({ email, name, sentence, support }) => [
    email,
    name,
    sentence,
    ...(support ? [support.text] : []),
  ]),
  ...endorsers.flatMap(({ email, organisation, signer }) => [email, organisation, signer]),
  abuser.email,
]

function personAt(people: readonly DemoPerson[], index: number): DemoPerson {
  const person = people[index]
  if (person === undefined) throw new Error(`the demonstration has no person ${index}`)
  return person
}

async function checkMails(
  stage: Stage,
  reached: readonly DemoPerson[],
  byPage: DemoPerson,
  byOneClick: DemoPerson,
): Promise<void> {
  const { site, people, organiser, report, campaign } = stage
  const subjects = subjectsOf(campaign, Object.keys(campaign.words))
  const ids = (await readOutbox(site)).map(({ id }) => id)
  const mails = await Promise.all(ids.map(async (id) => read(id, await readEml(site, id), subjects, people)))

  const to = (kind: Arrived['kind']) => mails.filter((mail) => mail.kind === kind).map((mail) => mail.to.email)
  const once = (kind: Arrived['kind'], expected: readonly DemoPerson[]) =>
    differsInMembers(
      kind,
      to(kind),
      expected.map(({ email }) => email),
    )
  report.check(
    `Of ${mails.length} mails each goes to one person: a confirmation and a welcome for each, one goodbye.`,
    [
      ...once('confirm', people),
      ...once('welcome', people),
      ...once('goodbye', [byPage]),
      ...once('test', [byOneClick]),
    ],
  )
  report.check(`The appeal is in ${reached.length} inboxes, exactly once in each.`, [
    ...once('appeal', reached),
    ...differs('Message-IDs', new Set(mails.map(({ parsed }) => parsed.messageId)).size, mails.length),
  ])
  for (const { sentence, faults } of mailChecks) {
    report.check(
      sentence,
      mails.flatMap((mail) =>
        faults(mail, campaign, site).map((fault) => `mail ${mail.id}, ${mail.kind}, ${mail.locale}: ${fault}`),
      ),
    )
  }

  const listed = await organiser.supporters()
  const links = [...new Set(mails.flatMap((mail) => ownLinks(mail, site)))]
  const visitor = visitorOf(stage, byPage)
  const answers = await Promise.all(links.map(async (link) => ({ link, status: (await open(visitor, link)).status })))
  report.check(`Each of the ${links.length} links in the mails opens, and opening all of them unsubscribes no one.`, [
    ...answers.flatMap(({ link, status }) => differs(new URL(link).pathname.slice(0, 20), status, 200)),
    ...differs('supporters', await organiser.supporters(), listed),
  ])
}

const inWords = (perLocale: Record<string, number>): string =>
  Object.entries(perLocale)
    .map(([locale, people]) => `${locale} ${people}`)
    .join(' · ')

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
