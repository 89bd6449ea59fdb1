import { formatDay } from '../../kit/dates.ts'
import { languageName } from '../../kit/localised-names.ts'
import { joinList, translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { textIn } from '../campaign.ts'
import { hasPostalChannel } from '../postal-channels.ts'
import { supportContacts } from '../public-submissions.ts'
import { ProseView } from '../text/prose-view.tsx'
import { Section, type SectionProps } from './campaign-section.tsx'
import { ChannelList } from './channels.tsx'

/** Contacts and people of a case: targets, copies, support, organisations, and how people are named. */

/** The targets from number `first` on, with their channels. */
export function Targets({ campaign, locale, readers, live, first }: SectionProps & { first: number }) {
  const t = translator(locale)
  if (campaign.targets.length === 0) return null
  // '' if any target was never checked
  const [oldestCheck] = campaign.targets.map(({ verifiedAt }) => verifiedAt ?? '').toSorted()
  const organisation = new Map(campaign.organisations.map(({ id, name }) => [id, textIn(name, locale)]))
  return (
    <Section
      title={t(live ? 'campaign.targets' : 'campaign.targets-past')}
      intro={live ? t('campaign.targets-intro') : undefined}
    >
      <ol class="numbered" start={first === 1 ? undefined : first}>
        {campaign.targets.map((target) => {
          const role = textIn(target.role, locale)
          const at = organisation.get(target.organisation ?? '')
          return (
            <li>
              <h3>{target.name === undefined ? role : textIn(target.name, locale)}</h3>
              <p class="soft">{joinList(locale, [target.name === undefined ? undefined : role, at])}</p>
              <ChannelList locale={locale} channels={target.channels} live={live}>
                <dt>{t('campaign.language')}</dt>
                <dd>{languageName(locale, target.locale)}</dd>
                {live && (
                  <>
                    <dt>{t('campaign.begin')}</dt>
                    <dd>
                      <bdi lang={target.locale}>{textIn(target.salutation, target.locale)}</bdi>
                    </dd>
                  </>
                )}
              </ChannelList>
              {live && hasPostalChannel(target) && (
                <a class="target-size" href={paths.letterSheet(readers, campaign.slug, target.id)}>
                  {t('sheet.link')}
                </a>
              )}
            </li>
          )
        })}
      </ol>
      {oldestCheck && <p class="small soft">{t('campaign.verified', { day: formatDay(locale, oldestCheck) })}</p>}
    </Section>
  )
}

/** Contacts that get copies or messages of support. Targets are never among these. */
export function Contacts({
  campaign,
  words,
  locale,
  readers,
  live,
  list,
}: SectionProps & { list: 'copies' | 'support' }) {
  const prose = list === 'support' ? words.support : undefined
  if (campaign[list].length === 0 && prose === undefined) return null
  return (
    <Section title={translator(locale)(`campaign.${list}${live ? '' : '-past'}`)}>
      {prose && <ProseView prose={prose} />}
      {campaign[list].length > 0 && (
        <ul class="parties">
          {campaign[list].map(({ name, role, channels }) => (
            <li>
              <h3>{textIn(name, locale)}</h3>
              {role && <p class="soft">{textIn(role, locale)}</p>}
              <ChannelList locale={locale} channels={channels} live={live} />
            </li>
          ))}
        </ul>
      )}
      {list === 'support' && live && supportContacts(campaign).length > 0 && (
        <p>
          <a class="button" href={paths.support(readers, campaign.slug)}>
            {translator(locale)('campaign.send-support')}
          </a>
        </p>
      )}
    </Section>
  )
}

/** Organisations with a URL, with channels, or without a target. All others already appear with their target. */
export function Organisations({ campaign, locale, live }: SectionProps) {
  const t = translator(locale)
  const targets = new Set(campaign.targets.map(({ organisation }) => organisation))
  const reachable = campaign.organisations.filter(({ id, url, contact }) => url || contact || !targets.has(id))
  if (reachable.length === 0) return null
  return (
    <Section title={t('campaign.organisations')}>
      <ul class="parties">
        {reachable.map(({ name, role, url, contact }) => (
          <li>
            <h3>{url === undefined ? textIn(name, locale) : <a href={url}>{textIn(name, locale)}</a>}</h3>
            <p class="soft">{t(`role.${role}`)}</p>
            {contact && <ChannelList locale={locale} channels={contact} live={live} />}
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** How people of the case may be named, and who agreed. Others who write about the case should do the same. */
export function People({ campaign, locale }: SectionProps) {
  const t = translator(locale)
  if (campaign.people.length === 0) return null
  return (
    <Section title={t('campaign.people')} intro={t('campaign.people-intro')}>
      <ul>
        {campaign.people.map(({ naming, as, role, atRisk, agreed }) => {
          const name = agreed === undefined ? '' : textIn(agreed.by, locale)
          const consent = agreed?.on
            ? t('naming.agreed-on', { name, day: formatDay(locale, agreed.on) })
            : agreed && t('naming.agreed', { name })
          return (
            <li>
              {as !== undefined && naming !== 'withheld' && <strong>{textIn(as, locale)} · </strong>}
              {textIn(role, locale)}: {joinList(locale, [t(`naming.${naming}`), consent])}{' '}
              {atRisk && <span class="tag">{t('naming.at-risk')}</span>}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
