import { countryName } from '../../kit/localised-names.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import type { Campaign } from '../campaign.ts'
import { acceptsEndorsements } from '../public-submissions.ts'

type RiskProps = {
  locale: string
  campaign: Campaign
  /** True in another site's frame: leaves out the link, because our pages refuse to be framed. */
  framed?: boolean
}

/**
 * The notice before every form of an open campaign with countries where taking part is risky. Offers an alternative
 * that names no person there: an endorsement by an organisation elsewhere.
 */
export function RiskNotice({ locale, campaign, framed = false }: RiskProps) {
  const { riskyIn, slug } = campaign
  if (riskyIn === undefined) return null
  const t = translator(locale)
  const countries = joinList(
    locale,
    [...new Set(riskyIn)].map((code) => countryName(locale, code)),
  )
  return (
    <p class="note">
      {t('notice.risk', { countries })}{' '}
      {acceptsEndorsements(campaign) && !framed && (
        <a href={paths.endorse(locale, slug)}>{t('notice.risk-organisation')}</a>
      )}
    </p>
  )
}
