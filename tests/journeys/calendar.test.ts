import { reset } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { Organiser } from '../support/organiser.ts'
import { Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

const organiser = new Organiser()
const visitor = new Visitor()
beforeEach(reset)

const PICKET = ['events:', '  - { id: picket, title: Picket, start: 2027-03-27T16:00, zone: Europe/Oslo, place: Gate }']

const publish = (slug: string, lines: string[]) =>
  organiser.ask('PUT', `/api/campaigns/${slug}`, {
    files: {
      'campaign.yaml': [`slug: ${slug}`, 'country: NO', 'opened: 2026-03-01', 'topics: [transport]', ...lines].join(
        '\n',
      ),
      'en.md': '---\ntitle: T\nsummary: S\nsubjects: { appeal: A }\n---\n\n## Appeal\n\nCome.\n',
    },
  })

test('the link on the campaign’s page leads to a calendar of its events', async () => {
  const page = await (await visitor.ask('/ru/campaigns/river-street-bakery')).text()
  const [, href = ''] = /href="([^"]+\.ics)"/.exec(page) ?? []
  const answer = await visitor.ask(href)
  expect(answer.status).toBe(200)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/calendar; charset=utf-8',
    'content-disposition': 'attachment; filename="river-street-bakery.ics"',
    'cache-control': 'public, max-age=60',
    'x-content-type-options': 'nosniff',
  })
  const text = await answer.text()
  expect(text).toMatch(/^BEGIN:VCALENDAR\r\n/)
  expect(text).toContain('SUMMARY;LANGUAGE=ru:Вечер встреч с хлебом и супом\r\n')
})

test('there is no calendar in an unknown language, of an unknown campaign, of a draft, or without events', async () => {
  expect((await publish('draft-case', ['status: draft', ...PICKET])).status).toBe(201)
  expect((await publish('no-events', ['status: open'])).status).toBe(201)
  expect((await publish('expired', ['status: open', 'doNotUseAfter: 2026-03-02', ...PICKET])).status).toBe(201)
  const paths = ['/xx/campaigns/river-street-bakery', '/en/campaigns/nobody', '/en/campaigns/draft-case']
  for (const path of [...paths, '/en/campaigns/no-events', '/en/campaigns/expired']) {
    const answer = await visitor.ask(`${path}/event.ics`)
    expect([path, answer.status]).toEqual([path, 404])
    await answer.body?.cancel()
  }
})

test('a published change reaches the calendar with a higher sequence', async () => {
  const read = async () => (await visitor.ask('/en/campaigns/crane/event.ics')).text()
  expect((await publish('crane', ['status: open', ...PICKET])).status).toBe(201)
  expect(await read()).toMatch(/SEQUENCE:0\r\nSTATUS:CONFIRMED\r\nDTSTART:20270327T150000Z\r\n/)
  const moved = PICKET.map((line) => line.replace('03-27', '03-28').replace('Gate', 'Gate, sequence: 1'))
  expect((await publish('crane', ['status: open', ...moved])).status).toBe(200)
  expect(await read()).toMatch(/SEQUENCE:1\r\nSTATUS:CONFIRMED\r\nDTSTART:20270328T140000Z\r\n/)
})
