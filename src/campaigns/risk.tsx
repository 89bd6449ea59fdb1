import { countryName } from '../kit/names.ts'
import { inARow, textsIn } from '../kit/texts.ts'
import type { Campaign } from './campaign.ts'

/** Said before every form of a campaign that names countries in which taking part can be held against somebody. */
export function RiskNotice({ locale, campaign }: { locale: string; campaign: Campaign }) {
  const { riskyIn } = campaign
  if (riskyIn === undefined) return null
  const countries = inARow(
    locale,
    riskyIn.map((code) => countryName(locale, code)),
  )
  return <p class="note">{textsIn(locale)('notice.risk', { countries })}</p>
}
