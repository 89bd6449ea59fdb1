import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { sampleValues } from '../../../../src/emails/preview.ts'
import { compileCached } from '../../../../src/emails/template/compile.ts'
import { merge } from '../../../../src/emails/template/merge.ts'
import { ferry, LOCALES, sender } from '../../../support/campaign.ts'

const { CONTENT } = env

it('an appeal is compiled in workerd, cached in KV, and equal when read from there', async () => {
  for (const locale of LOCALES) {
    const input = { email: 'appeal', locale, campaign: ferry, sender } as const
    const made = await compileCached(CONTENT, input)
    expect(await compileCached(CONTENT, input)).toEqual(made)
    expect(await CONTENT.get(`template/${made.template.hash}`)).toBe(JSON.stringify(made.template))
    const { html, text } = merge(made.template, sampleValues('appeal', locale, sender))
    expect(html).toMatch(/^<!doctype html>[\s\S]*<\/html>$/)
    expect(text).toContain('https://act.example.org/unsubscribe/sample')
  }
})
