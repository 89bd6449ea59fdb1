import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Settings } from '../env.ts'
import { FALLBACK_LOCALE, negotiate } from '../kit/locales.ts'
import { translator } from '../kit/page-texts.ts'
import { formStamp } from '../security/form-timestamp.ts'
import { isWithinLimit, LIMIT_PERIOD_SECONDS } from './client-limit.ts'
import { type FormFields, fieldText } from './fields.ts'
import { kindOfBody } from './form-body.ts'
import type { FormError } from './form-fields.tsx'
import { type LinkProblem, LinkProblemPage } from './link-problem.tsx'
import { type ErrorKind, ErrorPage } from './message-pages.tsx'
import { classifyOrigin, type RequestOrigin } from './origin.ts'
import { problem } from './problem.ts'
import { LINK_PAGE_HEADERS } from './security-headers.ts'

/** What the routes of supporters read from a request and how they answer. */

export type SiteEnv = { Bindings: Env; Variables: { settings: Settings } }
export type SiteContext = Context<SiteEnv>

export function requestOrigin(c: SiteContext): RequestOrigin {
  const { publicUrl, partnerOrigins } = c.var.settings
  return classifyOrigin(c.req.header('origin'), [new URL(publicUrl).origin, new URL(c.req.url).origin], partnerOrigins)
}

/** The language asked for if it is one of ours, else what the browser prefers. */
export function localeIn(c: SiteContext, wanted: string | undefined): string {
  const { locales } = c.var.settings
  return wanted !== undefined && locales.includes(wanted) ? wanted : negotiate(c.req.header('accept-language'), locales)
}

/** The stricter limit is for whatever was not sent by a form of our own pages. */
export const isWithinClientLimit = (c: SiteContext, ownForm: boolean): Promise<boolean> =>
  isWithinLimit(
    ownForm ? c.env.CLIENT_LIMIT : c.env.STRICT_LIMIT,
    c.var.settings.keys,
    c.req.header('cf-connecting-ip'),
  )

type PageHtml = string | Promise<string>

/** A page that only the holder of a link, or whoever just sent a form, should see. */
export const linkPage = (
  c: SiteContext,
  html: PageHtml,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> => c.html(html, status, LINK_PAGE_HEADERS)

const LINK_STATUS: Record<LinkProblem, ContentfulStatusCode> = {
  malformed: 404,
  expired: 410,
  'left-since': 410,
  complained: 403,
}

export const linkProblem = (c: SiteContext, kind: LinkProblem, locale?: string): Response | Promise<Response> =>
  linkPage(c, <LinkProblemPage kind={kind} locale={localeIn(c, locale)} settings={c.var.settings} />, LINK_STATUS[kind])

export const checkYourMail = (c: SiteContext): Response =>
  c.json({ status: 'check-your-mail' }, 202, { 'cache-control': 'no-store' })

/** For programs, in English: the same sentences that the pages show. */
export function unprocessable(c: SiteContext, faults: readonly FormError[]): Response {
  const say = translator(FALLBACK_LOCALE)
  const errors = faults.map(({ path, message }) => ({ path, message: say(message) }))
  return problem(c, { status: 422, title: 'Some fields are not as expected', errors })
}

const REFUSALS = {
  refused: {
    status: 403,
    title: 'Origin not allowed',
    detail: 'forms and scripts of other sites need their origin in PARTNER_ORIGINS',
  },
  'too-many': { status: 429, title: 'Too many requests', detail: `try again in ${LIMIT_PERIOD_SECONDS} seconds` },
  'too-large': { status: 413, title: 'Body too large', detail: 'expected a form or a JSON object of at most 64 KiB' },
  unsupported: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'expected a form (urlencoded or multipart) or application/json',
  },
  unreadable: {
    status: 400,
    title: 'Unreadable body',
    detail: 'expected a body as its Content-Type says, JSON being an object',
  },
} as const

/** For a form that is asked again: its own stamp where it was too fast, as a new one would be too fast again; else a new one. */
export async function renewStamp(c: SiteContext, fields: FormFields, faults: readonly FormError[]): Promise<string> {
  const tooFast = faults.some(({ message }) => message === 'fault.stamp.too-fast')
  return (tooFast && fieldText(fields, 'stamp')) || formStamp(c.var.settings.keys, Date.now())
}

/** People who sent a form get a page, programs a problem. */
export function refusalResponse(
  c: SiteContext,
  locale: string,
  reason: keyof typeof REFUSALS,
  pageOf: (kind: ErrorKind) => PageHtml = (kind) => <ErrorPage kind={kind} locale={locale} settings={c.var.settings} />,
): Response | Promise<Response> {
  const refusal = REFUSALS[reason]
  const headers: Record<string, string> = reason === 'too-many' ? { 'retry-after': String(LIMIT_PERIOD_SECONDS) } : {}
  if (reason === 'unsupported' || reason === 'unreadable' || kindOfBody(c.req.raw) !== 'form')
    return problem(c, refusal, headers)
  return c.html(pageOf(reason), refusal.status, { ...headers, 'cache-control': 'no-store' })
}
