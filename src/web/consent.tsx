import { translator } from '../kit/page-texts.ts'

/**
 * The version of the sentence that people agree to when they sign up, kept with their consent: `consent.{version}` of the pages' texts.
 * A text in use is not changed; the next version follows it.
 */
export const CONSENT_VERSION = 'v1'

/** The sentence of that version. */
export const ConsentSentence = ({ locale, sender }: { locale: string; sender: string }) => (
  <p class="small soft">{translator(locale)(`consent.${CONSENT_VERSION}`, { sender })}</p>
)
