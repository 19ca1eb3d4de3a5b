// Months, weekdays and small words around dates in English, German, French and Spanish, without accents and in lower case.

const months = [
  'january jan januar janner janvier janv enero ene',
  'february feb februar feber fevrier fevr fev febrero',
  'march mar marz mrz maerz mars marzo',
  'april apr avril avr abril abr',
  'may mai mayo',
  'june jun juni juin junio',
  'july jul juli juillet juil julio',
  'august aug aout agosto ago',
  'september sept sep septembre septiembre setiembre set',
  'october oct oktober okt octobre octubre',
  'november nov novembre noviembre',
  'december dec dezember dez decembre diciembre dic',
];

const weekdays =
  'monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun ' +
  'montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so ' +
  'lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim ' +
  'lunes martes miercoles jueves viernes sabado domingo mie jue vie sab dom';

const small = 'of the de del le la el den der am um on in st nd rd th er re eme o a';

export const monthNumbers = new Map(months.flatMap((names, i) => names.split(' ').map((name) => [name, i + 1] as const)));

/** Words that may stand in a date and say nothing about it. */
export const emptyWords = new Set(`${weekdays} ${small}`.split(' '));
