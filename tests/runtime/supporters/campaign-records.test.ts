import { expect, test } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import { noticesOf } from '../../../src/objects.ts'
import { campaignRecordsOf } from '../../../src/supporters/campaign-records.ts'
import { bindings } from '../../support/visitor.ts'

const SLUGS = bundled.map(({ slug }) => slug)

test.each(SLUGS)(
  'a person is erased in all other campaigns although %s does not answer, and the error names it',
  async (broken) => {
    const erased: string[] = []
    const erase = (slug: string) => async () => {
      if (slug === broken) throw new Error('overloaded')
      await Promise.resolve()
      erased.push(slug)
    }
    const env = { ...bindings, CAMPAIGN_ACTIONS: { getByName: (slug: string) => ({ erase: erase(slug) }) } as never }
    await expect(campaignRecordsOf(env).erase('a'.repeat(32))).rejects.toThrow(`not erased yet in ${broken}`)
    expect(erased.sort()).toEqual(SLUGS.filter((slug) => slug !== broken).sort())
    expect((await noticesOf(bindings).list()).map(({ kind }) => kind)).toContain('erasure-incomplete')
  },
)
