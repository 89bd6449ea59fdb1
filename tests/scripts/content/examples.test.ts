import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseCampaigns } from '../../../scripts/content/examples.ts'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'

const root = join(import.meta.dirname, '../../..')

test('a deploy takes every campaign but the examples, and names exactly those that it leaves out', () => {
  const campaigns = fc.uniqueArray(
    fc.record({ slug: fc.stringMatching(/^[a-z]{4,12}$/), example: fc.constantFrom(true, false, undefined) }),
    { selector: ({ slug }) => slug },
  )
  fc.assert(
    fc.property(campaigns, (all) => {
      const examples = all.filter(({ example }) => example === true)
      const { chosen, sentence } = chooseCampaigns(all, false)
      expect(chosen).toEqual(all.filter((one) => !examples.includes(one)))
      expect(/\((.*?)\)/.exec(sentence ?? '')?.[1] ?? '').toBe(examples.map(({ slug }) => slug).join(', '))
      expect(chooseCampaigns(all, true)).toEqual({ chosen: all })
    }),
  )
})

test('the campaigns that ship are all examples, and a start, a test and the demonstration show all six', () => {
  expect(bundled.map(({ slug, example }) => [slug, example])).toEqual(bundled.map(({ slug }) => [slug, true]))
  expect(bundled).toHaveLength(6)
})

test('wrangler’s own build leaves the examples out, so that no way to deploy takes them along unasked', () => {
  expect(readFileSync(join(root, 'wrangler.toml'), 'utf8')).toMatch(
    /^command = "npm run content -- --without-examples"$/m,
  )
})

test('the help of deploy names --with-examples and deploys nothing', () => {
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'scripts/deploy.ts'), '--help'], {
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  expect(stdout).toMatch(/--with-examples\s+take the example campaigns along/)
})
