import * as z from 'zod'
import { catalogue } from '../../campaigns/catalogue.ts'
import { signatureListOf } from '../../campaigns/print/signature-list.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { PAGE_LOCALES } from '../../kit/page-texts.ts'
import { campaignActionsOf, rendererOf } from '../../objects.ts'
import { problem } from '../../web/problem.ts'
import { type Handler, param } from '../context.ts'
import { ACTION_OPERATIONS as OPERATIONS } from '../contract/action-operations.ts'
import { readQuery } from '../read-request.ts'
import { respond } from '../respond.ts'
import { noSuchCampaign } from './actions.ts'

/** Handler of a campaign's signatures: as JSON, as a page to print, or as a PDF. */
export const signatureHandlers = {
  async getSignatures(c) {
    const query = readQuery(c, QUERY)
    if (query.refused) return query.refused
    const { format, locale, paper } = query.value
    const slug = param(c, 'slug')
    const campaign = await catalogue(c.env.CONTENT).find(slug)
    if (campaign === null) return noSuchCampaign(c)
    const { signatures, unreadable } = await campaignActionsOf(c.env, slug).listSignatures()
    if (format === 'json') return respond(c, OPERATIONS.getSignatures, 200, { signatures, unreadable })
    const list = signatureListOf(campaign, locale, { rows: signatures, unreadable }, Date.now())
    const renderer = rendererOf(c.env, 'print', locale)
    if (format === 'html') return c.html(await renderer.signaturesPage(list, locale), 200, attachment('html'))
    const pdf = await renderer.signaturesPdf(list, paper, locale)
    if (pdf !== null) return c.body(pdf, 200, { ...attachment('pdf'), 'content-type': 'application/pdf' })
    const detail = 'the font of PDFs lacks the letters of this language: request format=html and print the page'
    return problem(c, { status: 406, title: 'The list cannot be written as PDF in this language', detail })
  },
} satisfies Partial<Record<keyof typeof OPERATIONS, Handler>>

const QUERY = OPERATIONS.getSignatures.query.extend({ locale: z.enum(PAGE_LOCALES).default(FALLBACK_LOCALE) })

const attachment = (ending: string) => ({ 'content-disposition': `attachment; filename="signatures.${ending}"` })
