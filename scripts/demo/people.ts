import type { Topic } from '../../src/campaigns/definition.ts'

/** Slug of the bundled open campaign: an invented case in all six languages. */
export const DEMO_CAMPAIGN = 'river-street-bakery'

/**
 * An invented person who signs up. The addresses are of a reserved domain, so no mail can reach them. `locales` is in the order of the
 * page's form: the page's own language first, if chosen.
 */
export type DemoPerson = {
  page: string // language of the page they use
  email: string
  name?: string
  locales: readonly string[]
  topics: readonly Topic[]
  country?: string
}

type Row = [mailbox: string, name: string, locales: string, country?: string, topics?: Topic[]]

/** People by first language. An empty name means that the person gives none. */
const TABLE: Record<string, Row[]> = {
  en: [
    ['orla.brambleworth', 'Orla Brambleworth', 'en', 'IE', ['transport']],
    ['tobias.quillfeather', 'Tobias Quillfeather', 'en', 'GB', ['mining', 'metal']],
    ['wren.hazelmoor', 'Wren Hazelmoor', 'en ru', 'GB'],
    ['siobhan.oharrowby', 'Siobhán O’Harrowby', 'en fr', 'CA', ['media', 'public-services']],
    ['night.shift.19', '', 'en'],
    ['imani.thistlewood', 'Imani Thistlewood', 'en', 'ZA', ['mining']],
    ['p.ashgrove+appeals', 'Percival Ashgrove', 'en ru fr es kk ar', 'NZ'],
    ['lark.fenwright', 'Lark & Ines Fenwright', 'en es'],
    ['dhruv.millstone', 'Dhruv Millstone', 'en', 'IN', ['manufacturing', 'energy']],
    ['marigold.pike', 'Marigold Pike-Sutherby', 'en', 'AU', ['agriculture']],
  ],
  ru: [
    ['zoya.berestova', 'Зоя Берестовская-Луговая', 'ru', 'RU', ['mining']],
    ['timofey.zaborin', 'Тимофей Заборинский', 'ru kk', 'KZ', ['metal', 'mining']],
    ['varvara.klyuchevaya', 'Варвара Ключевая', 'ru en', 'LV'],
    ['gleb.podgornov', 'Глеб Подгорнов', 'ru', 'RU', ['transport']],
    ['smena.vtoraya', '', 'ru'],
    ['taisia.ozeryanka', 'Таисия Озерянка', 'ru fr', 'AM', ['public-services']],
    ['nazar.yolkin', 'Назар Ёлкин-Снегирёв', 'ru', 'KG'],
    ['ustinya.rechnaya', 'Устинья Речнова', 'ru en es kk', 'GE', ['media']],
    ['kuzma.listvyagin', 'Кузьма Листвягин', 'ru', 'RU', ['energy', 'metal']],
    ['pekarnya.7', 'Бригада Седьмой пекарни', 'ru'],
  ],
  fr: [
    ['capucine.lormeval', 'Capucine Lormeval', 'fr', 'FR', ['transport', 'energy']],
    ['anatole.brissefer', 'Anatole Brissefer', 'fr en', 'BE'],
    ['maelle.depinoy', 'Maëlle d’Épinoy-Séchan', 'fr', 'CH', ['media']],
    ['theodule.garancier', 'Théodule Garancier', 'fr es', 'FR', ['agriculture', 'manufacturing']],
    ['equipe.de.nuit', '', 'fr'],
    ['awa.sokhnadour', 'Awa Sokhnadour', 'fr ar', 'SN', ['mining']],
    ['noelie.boisclair', 'Noëlie Bois-Claret', 'fr', 'CA'],
    ['yanis.mouettard', 'Yanis Mouettard', 'fr ar', 'TN', ['public-services']],
    ['gaspard.veillecour', 'Gaspard Veillecour', 'fr en ru', 'FR', ['metal']],
    ['solene.tisserac', 'Solène Tisserac', 'fr'],
  ],
  es: [
    ['jacinta.almendrales', 'Jacinta Almendrales', 'es', 'ES', ['agriculture']],
    ['fermin.cantarrosas', 'Fermín Cantarrosas', 'es en', 'MX', ['energy', 'transport']],
    ['nuria.penalabra', 'Núria Peñalabra i Roc', 'es fr', 'ES'],
    ['evaristo.huanacal', 'Evaristo Huanacal', 'es', 'BO', ['mining']],
    ['turno.de.noche', '', 'es'],
    ['milagros.vientoabajo', 'Milagros Vientoabajo', 'es', 'AR', ['manufacturing']],
    ['begona.iturrimar', 'Begoña Iturrimar', 'es en', 'ES', ['metal']],
    ['ciro.malaguero', 'Ciro Malagüero', 'es', 'CL'],
    ['amapola.trespinos', 'Amapola Trespinos', 'es ru', 'UY', ['media', 'public-services']],
    ['horno.del.rio', 'Asamblea «Horno del Río»', 'es'],
  ],
  kk: [
    ['ainash.kokterekova', 'Айнаш Көктерекова', 'kk', 'KZ', ['mining']],
    ['berdimurat.qoldauly', 'Бердімұрат Қолдауұлы', 'kk ru', 'KZ', ['metal', 'energy']],
    ['guldana.tasbulaqova', 'Гүлдана Тасбұлақова', 'kk', 'KZ'],
    ['esenzhol.zherlibai', 'Есенжол Жерлібай', 'kk ru en', 'KZ', ['transport']],
    ['tungi.auysym', '', 'kk'],
    ['naizatas.omirtai', 'Найзатас Өміртай', 'kk ru', 'UZ', ['agriculture']],
    ['shynargul.altynsaq', 'Шынаргүл Алтынсақ', 'kk', 'MN', ['media']],
    ['torebek.sarynan', 'Төребек Сарынан', 'kk ar', 'TR'],
    ['zhupargul.tanatar', 'Жұпаргүл Таңатар', 'kk ru', 'KZ', ['public-services']],
    ['kenshi.otbasy', 'Ыбырайқұл Кеншінов', 'kk', 'KZ', ['mining']],
  ],
  ar: [
    ['yasmina.alqindil', 'ياسمينة القنديلي', 'ar', 'MA', ['agriculture', 'manufacturing']],
    ['nabhan.raihani', 'نبهان الريحاوي', 'ar en', 'JO', ['transport']],
    ['lujain.alsahli', 'لجين السهلاوي', 'ar', 'EG'],
    ['mutasim.bawwab', 'معتصم بوابة النهر', 'ar fr', 'DZ', ['energy']],
    ['wardiyat.allayl', '', 'ar'],
    ['sanaa.zaytuni', 'سناء الزيتوناتي', 'ar', 'LB', ['media']],
    ['ghassan.murjan', 'غسان المرجانيّ', 'ar', 'TN', ['public-services', 'transport']],
    ['hidaya.nakhla', 'هداية النخلاوي', 'ar en fr', 'IQ'],
    ['bilal.almisbah', 'بلال المصباحي', 'ar', 'SD', ['metal']],
    ['rania.furn', 'رانيا فرن الحي', 'ar es', 'PS', ['manufacturing']],
  ],
}

/** People who use a page in another language than their mails: the chosen languages decide, not the page's. */
const OTHER_PAGE: Record<string, string> = {
  'kenshi.otbasy': 'ru',
  'guldana.tasbulaqova': 'en',
  'solene.tisserac': 'en',
  'lujain.alsahli': 'fr',
  'nazar.yolkin': 'kk',
}

/** Sixty people, ten for each of six languages. A person with several languages counts for the first. */
export const demoPeople: readonly DemoPerson[] = Object.entries(TABLE).flatMap(([page, rows]) =>
  rows.map(([mailbox, name, locales, country, topics = []]) => ({
    page: OTHER_PAGE[mailbox] ?? page,
    email: `${mailbox}@example.org`,
    ...(name !== '' && { name }),
    locales: locales.split(' '),
    topics,
    ...(country !== undefined && { country }),
  })),
)

/** Two people of each language, for a first start of the local server. */
export const firstPeople = (): DemoPerson[] =>
  Object.keys(TABLE).flatMap((locale) => demoPeople.filter(({ locales }) => locales[0] === locale).slice(0, 2))
