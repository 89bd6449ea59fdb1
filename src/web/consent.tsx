import { translator } from '../kit/page-texts.ts'

/**
 * Version of the consent sentence `consent.{version}` in the page texts, stored with each sign-up. A sentence in use
 * never changes; new wording gets a new version.
 */
export const CONSENT_VERSION = 'v1'

/** The consent sentence of the current version. */
export const ConsentSentence = ({ locale, sender }: { locale: string; sender: string }) => (
  <p class="small soft">{translator(locale)(`consent.${CONSENT_VERSION}`, { sender })}</p>
)
