import { reset } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { Organiser } from '../support/organiser.ts'
import { Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })

const organiser = new Organiser()
const visitor = new Visitor()
beforeEach(reset)

const target = (id: string, locale: string, salutation: string) =>
  `  - { id: ${id}, role: Office, locale: ${locale}, salutation: { en: Dear Sirs, ${locale}: ${salutation} }, channels: { post: [Quay 1] }, ladder: [paper] }`

async function publish(slug: string, lines: string[]): Promise<void> {
  const words = (letter: string) =>
    `---\ntitle: T\nsummary: S\nsubjects: { appeal: A }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\n${letter}\n`
  const definition = [`slug: ${slug}`, 'country: NO', 'opened: 2026-03-01', 'topics: [transport]', ...lines]
  const answer = await organiser.ask('PUT', `/api/campaigns/${slug}`, {
    files: {
      'campaign.yaml': definition.join('\n'),
      'kk.md': words('Қақпаны ашыңыз.'),
      'en.md': words('Open it.'),
      'ar.md': words('افتحوا البوابة.'),
    },
  })
  expect(answer.status, JSON.stringify(answer)).toBe(201)
}

const BOTH = [
  'status: open',
  'targets:',
  target('mayor', 'kk', 'Құрметті әкім!'),
  target('port', 'ar', 'السيد المدير،'),
]

const links = (page: string) =>
  [...page.matchAll(/href="([^"]+\.pdf\?[^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'))

test('the links of the page lead to PDFs of the letters in both paper sizes', async () => {
  const page = await (await visitor.ask('/en/campaigns/river-street-bakery/letter')).text()
  const found = links(page)
  const base = '/en/campaigns/river-street-bakery/letter.pdf'
  expect(found).toEqual(
    ['', 'to=inspector&', 'to=buyer&'].flatMap((to) => [`${base}?${to}paper=a4`, `${base}?${to}paper=letter`]),
  )
  const sizes = ['595.28 841.89', '612 792']
  for (const [at, href] of found.entries()) {
    const answer = await visitor.ask(href)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60')
    expect(answer.headers.has('x-robots-tag')).toBe(false)
    const file = new TextDecoder('latin1').decode(await answer.arrayBuffer())
    expect(file).toMatch(/^%PDF-1\.7\n/)
    expect([...file.matchAll(/\/MediaBox \[0 0 ([\d. ]+)\]/g)].map(([, size]) => size)).toEqual(
      Array(at < 2 ? 2 : 1).fill(sizes[at % 2]),
    )
    expect([...file.matchAll(/\/FontFile2/g)]).toHaveLength(2)
  }
  const again = await Promise.all(
    [found[0], found[0]].map(async (href = '') => (await visitor.ask(href)).arrayBuffer()),
  )
  expect(again[0]).toEqual(again[1])
})

test('a letter whose script the PDF cannot write has no link: the page and a 404 say why and lead to the text', async () => {
  await publish('scripts', BOTH)
  const page = await (await visitor.ask('/es/campaigns/scripts/letter')).text()
  expect(links(page)).toEqual(
    ['a4', 'letter'].map((paper) => `/es/campaigns/scripts/letter.pdf?to=mayor&paper=${paper}`),
  )
  expect(page.match(/Esta carta no existe en PDF/g)).toHaveLength(1)
  for (const query of ['', '?to=port', '?to=port&paper=letter']) {
    const answer = await visitor.ask(`/es/campaigns/scripts/letter.pdf${query}`)
    expect(answer.status).toBe(404)
    const html = await answer.text()
    expect(html).toContain('No hay PDF de esta carta')
    expect(html).toContain(`href="/es/campaigns/scripts/letter${query === '' ? '' : '#to-port'}"`)
  }
  expect((await visitor.ask('/es/campaigns/scripts/letter.pdf?to=mayor')).status).toBe(200)
})

test('an unknown paper size is refused, and the answer names the sizes that exist', async () => {
  const answer = await visitor.ask('/fr/campaigns/river-street-bakery/letter.pdf?to=buyer&paper=a3')
  expect(answer.status).toBe(400)
  const html = await answer.text()
  expect(html).toContain('Choisissez A4 ou US Letter.')
  expect(links(html)).toEqual(
    ['a4', 'letter'].map((paper) => `/fr/campaigns/river-street-bakery/letter.pdf?to=buyer&paper=${paper}`),
  )
})

test('there is no PDF in an unknown language, of an unknown campaign or target, of a draft, or of a case under review', async () => {
  await publish('draft-case', ['status: draft', ...BOTH.slice(1)])
  await publish('lapsed', [
    'status: open',
    'people: [{ id: m, naming: named, as: Mara, role: speaker, atRisk: true, agreed: { on: 2026-03-01, by: crew }, until: 2026-03-02 }]',
    ...BOTH.slice(1),
  ])
  const paths = [
    '/xx/campaigns/kuzbass-2002',
    '/en/campaigns/nobody',
    '/en/campaigns/draft-case',
    '/en/campaigns/lapsed',
  ]
  for (const path of [
    ...paths.map((path) => `${path}/letter.pdf`),
    '/en/campaigns/kuzbass-2002/letter.pdf?to=nobody',
  ]) {
    const answer = await visitor.ask(path)
    expect([path, answer.status]).toEqual([path, 404])
    expect(await answer.text()).not.toContain('No PDF')
  }
})

test('the PDF of a case that is over is served as a record, with noindex', async () => {
  const answer = await visitor.ask('/en/campaigns/kuzbass-2002/letter.pdf')
  expect([answer.status, answer.headers.get('x-robots-tag')]).toEqual([200, 'noindex'])
  await answer.body?.cancel()
})
