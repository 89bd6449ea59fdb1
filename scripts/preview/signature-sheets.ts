/** The sheet of signatures, as the server prints it for handing over. */

import type { Campaign } from '../../src/campaigns/campaign.ts'
import { deliverableTargets } from '../../src/campaigns/letter-language.ts'
import { signatureListOf } from '../../src/campaigns/print/signature-list.ts'
import type { Server } from '../local/server.ts'
import { rendererIn } from './renderer.ts'
import { SAMPLE_ENTRIES } from './sample-people.ts'
import type { Shown } from './shown.ts'

/** The sheet in one language as a page, and as a PDF where its font has the letters. None where nobody can sign. `now` in epoch ms. */
export async function signatureSheet(
  server: Server,
  campaign: Campaign,
  locale: string,
  now: number,
): Promise<Shown[]> {
  if (deliverableTargets(campaign).length === 0) return []
  const rows = SAMPLE_ENTRIES.map(({ name, place }) => ({ name, place }))
  const list = signatureListOf(campaign, locale, { rows, unreadable: 0 }, now)
  const renderer = await rendererIn(server, 'print', locale)
  const page = await renderer.signaturesPage(list, locale)
  const pdf = await renderer.signaturesPdf(list, 'a4', locale)
  const sheet = { locale, name: 'signatures', title: 'Sheet of signatures' }
  return [
    { ...sheet, kind: 'page', files: { html: new TextEncoder().encode(page) } },
    ...(pdf === null ? [] : [{ ...sheet, kind: 'paper' as const, title: `${sheet.title}, A4`, files: { pdf } }]),
  ]
}
