import { reset, runDurableObjectAlarm } from 'cloudflare:test'
import { beforeEach, expect, test } from 'vitest'
import { sha256Hex } from '../../src/kit/bytes.ts'
import { campaignActionsOf } from '../../src/objects.ts'
import { TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'
import { Organiser } from '../support/organiser.ts'
import { bindings } from '../support/visitor.ts'

beforeEach(reset)

const SECOND_TOKEN = 'tocsin_test-second-token-of-fixed-bytes-0000000000000'
const YAML = 'slug: quay\nstatus: open\nopened: 2026-03-01\ncountry: NO\ntopics: [transport]\n'
const filesOf = (text: string) => ({
  'campaign.yaml': YAML,
  'en.md': `---\ntitle: Quay\nsummary: They stand outside.\nsubjects: { appeal: Quay }\n---\n\n## Appeal\n\nCome.\n\n## Update 2026-11-29 Back\n\n${text}\n`,
})
const UPDATE = { about: 'update', updateId: '2026-11-29' }

async function twoOrganisers() {
  const tokens = `${TEST_SETTINGS.API_TOKENS},second:send+read:${await sha256Hex(SECOND_TOKEN)}`
  const changed = { REQUIRE_APPROVAL: 'yes', API_TOKENS: tokens }
  const [one, other] = [new Organiser(TEST_TOKEN, changed), new Organiser(SECOND_TOKEN, changed)]
  await one.ask('PUT', '/api/campaigns/quay', { files: filesOf('Twenty are back.') })
  const tell = async (who: Organiser, body: object = UPDATE) => {
    const { status, json } = await who.ask<{ kind: string }>('POST', '/api/actions/quay/tell', body)
    return [status, json.kind]
  }
  return { one, other, tell }
}
const WAITS = [202, 'awaiting-approval']
const STARTED = [202, 'telling']

test('where approval is required, news starts when a second organiser asks for the same', async () => {
  const { one, other, tell } = await twoOrganisers()
  expect(await tell(one)).toEqual(WAITS)
  expect(await tell(one)).toEqual(WAITS)
  await runDurableObjectAlarm(campaignActionsOf(bindings, 'quay'))
  expect(await tell(one)).toEqual(WAITS)
  expect(await tell(other)).toEqual(STARTED)
  expect(await tell(one)).toEqual(STARTED) // its progress
})

test('a second organiser who asks for other people, or after the text has changed, approves nothing', async () => {
  const { one, other, tell } = await twoOrganisers()
  expect(await tell(one)).toEqual(WAITS)
  expect(await tell(other, { ...UPDATE, onTheList: 'tell' })).toEqual(WAITS)
  expect(await tell(other, { ...UPDATE, onTheList: 'tell' })).toEqual(WAITS)
  await one.ask('PUT', '/api/campaigns/quay', { files: filesOf('All are back.') })
  expect(await tell(one, { ...UPDATE, onTheList: 'tell' })).toEqual(WAITS)
  expect(await tell(other, { ...UPDATE, onTheList: 'tell' })).toEqual(STARTED)
})

test('where no approval is required, news starts at once', async () => {
  const { tell } = await twoOrganisers()
  expect(await tell(new Organiser())).toEqual(STARTED)
})
