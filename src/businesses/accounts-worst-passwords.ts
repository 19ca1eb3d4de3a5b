/**
 * The first passwords that anybody tries: keyboards, counting, love, football, and words about passwords. In small letters. A word of letters
 * stands for itself with any digits and signs behind it too.
 */
export const worstPasswords: ReadonlySet<string> = new Set(
  `
  password passwordpassword passw0rd passw0rd123 p@ssw0rd p@ssw0rd123 p@ssword123 pa55word123 mypassword newpassword
  thisismypassword thepassword yourpassword nopassword changeme changemenow changeit changeitnow secret secretsecret topsecret
  supersecret verysecret letmein letmeinnow letmeinplease openup opensesame welcome welcomeback welcomehome iloveyou
  iloveyoubaby iloveyousomuch iloveyouforever ilovemyself ilovemyfamily ilovemymom ilovemydog ilovemycat iloveyoutoo
  lovelovelove loveyou loveforever mylove forever foreverlove trustno1trustno1 trustnobody admin adminadmin administrator
  administrador rootroot superadmin superuser supervisor test123456 testtest testtesttest testing demo123456 demodemo guest
  user123456 useruser master mastermaster qwertyuiop qwerty qwertyqwerty qwertzuiop qwertz azertyuiop azerty asdfghjkl
  asdfghjklñ asdfasdfasdf asdfgh zxcvbnm zxcvbnmasdf yxcvbnm 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc qazwsxedcrfv
  qazwsxedc zaq12wsxcde3 zaq1zaq1zaq1 q1w2e3r4t5 q1w2e3r4t5y6 poiuytrewq lkjhgfdsa mnbvcxz qweasdzxc 123qweasdzxc asdqwe
  qwe123qwe123 abc123abc123 abcd123456 abcd1234abcd abcdef a123456789 a1234567890 aa12345678 aa123456789 abc1234567
  abc123456789 abcdefghij abcdefghijk 1234567890a 123456789a 123456789q 123456789z 123123123123 1231231231 1234512345
  12345678910 123456789123 1234567891 12345678900 123456123456 123654789a 1029384756 0987654321 1234567890 9876543210 0123456789
  1357924680 1112223334 1122334455 112233445566 1212121212 1313131313 5555555555 6969696969 7777777777 147258369 1472583690
  147852369 159753159753 159357258456 741852963 7418529630 789456123 7894561230 987654321a football footballer basketball
  baseball volleyball hockeyhockey liverpool liverpoolfc manchester manchesterunited manunited arsenal chelsea chelseafc
  barcelona fcbarcelona realmadrid juventus bayernmunchen borussia sunshine princess superman batman spiderman starwars
  pokemon pikachu dragonball dragonballz minecraft chocolate strawberry butterfly butterflies blackberry watermelon pineapple
  cheesecake cupcake christmas halloween birthday happybirthday summer winter spring autumn january september jesuschrist
  jesusislord jesus jesuslovesme godisgood godisgreat blessed hallelujah michael jennifer elizabeth alexander alexandra
  christopher christian charlotte stephanie nicholas jonathan anthony computer internet samsung google facebook instagram
  microsoft windows whatever computerpassword nothing everything iamtheboss ihatepasswords correcthorsebatterystaple
  thequickbrownfox fondlyfondly fondly flowershop passwort meinpasswort ichliebedich schatz hallo hallohallo motdepasse
  jetaime jetaimejetaime bonjour contraseña contrasena teamomucho tequieromucho hola123456 holahola root user test demo
  february march april may june july august october november december monday sunday abcd abc hello hola hockey flower flowers
  garden freedom monkey dragon shadow tigger ginger cookie charlie jordan
  `
    .trim()
    .split(/\s+/),
);
