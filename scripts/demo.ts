/** `npm run demo`: from sixty sign-ups to sixty inboxes, checked at every step, on a server and a state of its own. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.ts'
import { joining, leaving } from './demo-joining.ts'
import { type Arrived, mailChecks, ownLinks, read, subjectsOf } from './demo-mails.ts'
import { DEMO_CAMPAIGN, type DemoPerson, demoPeople } from './demo-people.ts'
import { differs, differsInMembers, report } from './demo-report.ts'
import { perLocaleOf, sending } from './demo-sending.ts'
import { type Stage, visitorOf } from './demo-stage.ts'
import { plantCanaries, searchState } from './demo-state.ts'
import { readDevVars } from './dev-vars.ts'
import { organiser } from './organiser.ts'
import { readEml, readOutbox } from './outbox.ts'
import { anyPort } from './ports.ts'
import { type Server, startServer } from './server.ts'
import { open } from './visitor.ts'

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { keep: { type: 'boolean', default: false }, build: { type: 'boolean', default: true } },
    allowNegative: true,
  })
  const told = report()
  console.log('Tocsin, from a campaign definition to every supporter’s inbox')
  if (values.build) await bundle()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-demo-'))
  const state = join(folder, 'state')
  mkdirSync(state)
  let server: Server | undefined
  try {
    const { settings, token = '' } = readDevVars(join(folder, '.dev.vars')) // keys of this run alone
    server = await startServer({ port: await anyPort(), state, settings })
    const api = organiser(server.url, token)
    const stage = {
      site: server.url,
      organiser: api,
      report: told,
      people: demoPeople,
      campaign: await api.campaign(DEMO_CAMPAIGN),
    }
    await play(stage)
    await plantCanaries(server)
    await server.stop()
    server = undefined
    told.section('What is on the disk afterwards')
    searchState(state, demoPeople, told)
  } finally {
    await server?.stop()
    if (values.keep) told.tell(`The state stays in ${state}.`)
    else rmSync(folder, { recursive: true, force: true })
  }
  return told.end()
}

async function play(stage: Stage): Promise<void> {
  const { report, people } = stage
  const byPage = personAt(people, 0)
  const byOneClick = personAt(people, 1)

  report.section('Signing up')
  report.tell(inWords(perLocaleOf(people)))
  await joining(stage)

  report.section('Leaving')
  await leaving(stage, byPage, byOneClick)

  report.section(`Sending “${stage.campaign.words.en?.title}”`)
  const stillThere = people.filter((person) => person !== byPage && person !== byOneClick)
  const inPause = await sending(stage, stillThere)

  report.section('Every mail, from its bytes')
  await checkMails(
    stage,
    stillThere.filter((person) => person !== inPause),
    byPage,
    byOneClick,
  )
}

function personAt(people: readonly DemoPerson[], index: number): DemoPerson {
  const person = people[index]
  if (person === undefined) throw new Error(`there is no person ${index}`)
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
  report.check(`${mails.length} mails, each to one person: a confirmation and a welcome to everybody, one goodbye.`, [
    ...once('confirm', people),
    ...once('welcome', people),
    ...once('goodbye', [byPage]),
    ...once('test', [byOneClick]),
  ])
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
  report.check(
    `Each of the ${links.length} links in them opens, and following all of them takes nobody off the list.`,
    [
      ...answers.flatMap(({ link, status }) => differs(new URL(link).pathname.slice(0, 20), status, 200)),
      ...differs('supporters', await organiser.supporters(), listed),
    ],
  )
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
