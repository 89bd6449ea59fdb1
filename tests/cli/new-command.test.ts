import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkCampaigns } from '../../src/cli/campaign-check/check-campaigns.ts'
import { askNewCampaign } from '../../src/cli/campaign-files/new-questions.ts'
import { campaignFolders } from '../../src/cli/campaign-folders.ts'
import { WrongUsage } from '../../src/cli/command.ts'
import { type GivenAnswers, givenFirst, nobodyToAsk } from '../../src/cli/commands/campaigns/new-asker.ts'
import { tocsin } from '../support/terminal.ts'

const within = mkdtempSync(join(tmpdir(), 'tocsin-new-'))
afterAll(() => rmSync(within, { recursive: true }))

const LEAST = {
  title: 'Crane drivers locked out',
  summary: 'Forty drivers stand outside the gate. Write to the port.',
  country: 'NO',
  topics: ['transport'],
}
const argsOf = (given: GivenAnswers): string[] => [
  'new',
  '--in',
  within,
  ...Object.entries(given).flatMap(([key, value]) => [`--${key}`, [value].flat().join(',')]),
]

test('with all options it writes a campaign without a fault, and warns of nothing but what is still to be written', async () => {
  const target = { target: 'Port director', salutation: 'Dear director,', 'target-email': 'director@example.org' }
  const { status, out, err } = await tocsin(argsOf({ ...LEAST, ...target, languages: ['en', 'fr'] }))
  expect([status, err]).toEqual([0, ''])
  expect(out).toContain('It is a draft')
  const [folder, ...others] = campaignFolders(within)
  expect([folder?.slug, Object.keys(folder?.files ?? {}), others]).toEqual([
    'crane-drivers-locked-out',
    ['campaign.yaml', 'en.md', 'fr.md'],
    [],
  ])
  const report = await checkCampaigns(folder === undefined ? [] : [folder], ['en', 'fr'], Date.now())
  expect(report.faults).toEqual([])
  expect(report.warnings.map((line) => line.replace(/^.*\/(\S+):\d+: (\S+) .*$/, '$1 $2'))).toEqual([
    'campaign.yaml targets[0].role',
    ...['title', 'summary', 'subjects.appeal'].map((field) => `fr.md ${field}`),
  ])
  expect(await tocsin(argsOf({ ...LEAST, ...target }))).toMatchObject({
    status: 2,
    err: expect.stringContaining('campaigns/crane-drivers-locked-out exists'),
  })
  expect(readdirSync(within)).toEqual(['crane-drivers-locked-out'])
})

test('with --json it answers the folder as an object', async () => {
  const { status, out } = await tocsin([...argsOf(LEAST), 'night-shift', '--json'])
  expect(status).toBe(0)
  expect(JSON.parse(out)).toEqual({
    slug: 'night-shift',
    folder: join(within, 'night-shift'),
    files: ['campaign.yaml', 'en.md'],
    status: 'draft',
  })
})

/** What `new` does with these options where nobody can be asked: the fault, or the folder that it would write. */
async function outcome(given: GivenAnswers): Promise<string> {
  const known = { folders: ['taken', 'taken-2'], locales: ['en', 'fr'], now: Date.parse('2026-12-01') }
  try {
    return (await askNewCampaign(givenFirst(given, nobodyToAsk), known))?.folder ?? 'left'
  } catch (error) {
    return error instanceof WrongUsage ? error.message : expect.fail(String(error))
  }
}

test.each(Object.keys(LEAST))('without --%s and without a terminal it says which options there are', async (key) => {
  const { [key]: _, ...others } = LEAST as Record<string, string | string[]>
  const message = await outcome(others)
  expect(message).toMatch(new RegExp(`^--${key} is missing`))
  for (const option of ['--title', '--summary', '--country', '--topics', '--languages', '--target-post'])
    expect(message).toContain(option)
})

test.each([
  [{ folder: 'taken' }, /campaigns\/taken exists: name another, such as taken-3$/],
  [{ folder: 'Night Shift' }, /; night-shift would do$/],
  [{ folder: 'Taken' }, /; taken-3 would do$/],
  [{ folder: '../etc' }, /; etc would do$/],
  [{ folder: 'ночь' }, /expected lower-case words joined by hyphens/],
  [{ title: ' ' }, /--title: found “ ”; expected some text/],
  [{ title: 'x'.repeat(121) }, /found 121 characters; expected at most 120/],
  [{ country: 'Norwegn' }, /--country: found “Norwegn”.*did you mean NO/],
  [{ topics: ['transprt'] }, /--topics: found “transprt”; expected of mining, metal/],
  [{ languages: ['en', 'lv'] }, /--languages: found “lv”; expected of en, fr/],
  [{ target: 'Director' }, /--salutation is missing/],
  [{ target: 'Director', 'target-language': 'norsk' }, /--target-language: found “norsk”/],
  [{ target: 'Director', 'target-language': 'no' }, /--salutation is missing \(.*in Norwegian\)/],
  [{ target: 'Director', salutation: 'Dear,', 'target-email': 'nobody' }, /--target-email: found “nobody”/],
  [{ target: 'Director', salutation: 'Dear,', 'target-email': '' }, /--target-post is missing/],
] as Array<[GivenAnswers, RegExp]>)(
  'an answer that is wrong ends it with what would do: %j',
  async (wrong, message) => {
    expect(await outcome({ ...LEAST, ...wrong })).toMatch(message)
  },
)

test('nothing is left behind where the folder cannot be written', async () => {
  const { status } = await tocsin([...argsOf(LEAST), 'third', '--in', join(within, 'night-shift', 'en.md')])
  expect(status).not.toBe(0)
  expect(existsSync(join(within, 'third'))).toBe(false)
  expect(readdirSync(within).toSorted()).toEqual(['crane-drivers-locked-out', 'night-shift'])
})
