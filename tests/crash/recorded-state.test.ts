import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stillBundlePath } from '../../scripts/clock/movable.ts'
import { root } from '../../scripts/local/bundle.ts'
import { mailTo, post } from '../../scripts/record/acts.ts'
import { textOf } from '../../scripts/record/http.ts'
import { type Mail, openStage, type Stage } from '../../scripts/record/stage.ts'
import { withRevision } from '../../scripts/record/state/deployed-again.ts'
import {
  FACTS_FILE,
  type RecordedFacts,
  STATE_FOLDER,
  STATE_SETTINGS,
} from '../../scripts/record/state/recorded-state.ts'
import { readCampaign } from '../../src/campaigns/source/read-campaign.ts'
import { campaignFolders } from '../../src/cli/campaign-folders.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

const recorded = readFileSync(FACTS_FILE, 'utf8')
const [, RECORDED_REVISION = ''] =
  /"campaign\\":\\"river-street-bakery\\",\\"revision\\":\\"([0-9a-f]{12})/.exec(recorded) ?? []
const [bakery] = campaignFolders(join(root, 'campaigns')).filter(({ slug }) => slug === 'river-street-bakery')
const { campaign } = await readCampaign('river-street-bakery', bakery?.files ?? {})
const revision = campaign?.revision ?? ''

const facts = JSON.parse(recorded.replaceAll(RECORDED_REVISION, revision)) as RecordedFacts
const state = withRevision(STATE_FOLDER, RECORDED_REVISION, revision)
let stage: Stage
let mails: Mail[] = []
beforeAll(async () => {
  stage = await openStage(stillBundlePath, STATE_SETTINGS, undefined, state)
})
afterAll(async () => {
  await stage.close()
  rmSync(state, { recursive: true })
})

async function get<T>(path: string): Promise<T> {
  return JSON.parse(textOf(await stage.ask(stage.api('GET', path))))
}

async function countsOf(dispatch: string): Promise<Record<string, number>> {
  return (await get<{ counts: Record<string, number> }>(`/api/dispatches/${dispatch}`)).counts
}

test('state that an earlier version stored gives the same answers', async () => {
  const answers: Record<string, unknown> = {}
  for (const path of Object.keys(facts.views)) answers[path] = await get(path)
  const views = Object.entries(facts.views).map(([path, text]) => [path, JSON.parse(text)])
  expect(answers).toMatchObject(Object.fromEntries(views)) // later versions add fields
})

test('a dispatch that was paused before its time is resumed and reaches everybody but those who left since', async () => {
  const left = await stage.ask(post(facts.links.unsubscribe, 'List-Unsubscribe=One-Click'))
  expect(left.status).toBe(200)
  await stage.ask(stage.api('POST', `/api/dispatches/${facts.pausedDispatch}/resume`))
  await stage.live(11 * DAY_MS)
  const { people } = await get<{ supporters: { people: number } }>('/api/stats').then(({ supporters }) => supporters)
  expect(await countsOf(facts.pausedDispatch)).toMatchObject({ planned: people, accepted: people, waiting: 0 })
})

test('an import goes on with the people who wait for their confirmation mail', async () => {
  const imported = await get<Record<string, unknown>>(`/api/supporters/imports/${facts.import}`)
  expect(imported).toMatchObject({ people: 4, imported: 1, waiting: 0 })
  mails = await stage.mails()
  for (const name of ['second', 'third']) expect(mailTo(mails, `${name}@example.org`).text).toContain('/confirm/')
})

test('a letter that waited for its turn is delivered, and its writer gets the receipt', async () => {
  const { numbers } = await get<{ numbers: Record<string, number> }>('/api/actions/river-street-bakery')
  expect(numbers).toMatchObject({ confirmed: 1, waiting: 0, accepted: 2, uncertain: 0 })
  const receipt = mailTo(mails, 'writer.en@example.org')
  expect(receipt.text).toContain('I bake on night shift.')
})

test('a submission that waited for a moderator is accepted and sent to the workers', async () => {
  const decided = await stage.ask(stage.api('POST', `/api/moderation/${facts.submission}`, { decision: 'accept' }))
  expect(decided.status).toBe(200)
  await stage.live(3 * DAY_MS)
  expect((await get<{ items: unknown[] }>('/api/moderation')).items).toEqual([])
})

test('a link to a draft whose seven days are over says so', async () => {
  const late = await stage.ask(post(facts.links.confirmLetter, ''))
  expect(late.status).toBe(410)
})
