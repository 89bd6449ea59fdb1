import { countryName } from '../../kit/names.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import type { Campaign } from '../campaign.ts'
import { acceptsEndorsements } from '../public-submissions.ts'

type RiskProps = {
  locale: string
  campaign: Campaign
  /** In another site's frame there is no link: it would open the page within the frame, which our pages refuse. */
  framed?: boolean
}

/**
 * Said before every form of an open campaign that names countries in which taking part can be held against somebody, with the way that
 * names no person of theirs: an organisation elsewhere signs on.
 */
export function RiskNotice({ locale, campaign, framed = false }: RiskProps) {
  const { riskyIn, slug } = campaign
  if (riskyIn === undefined) return null
  const t = translator(locale)
  const countries = joinList(
    locale,
    riskyIn.map((code) => countryName(locale, code)),
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
