// A jointed figure: bones of fixed lengths, posed by directions or by where a hand or foot should be, drawn as one outline.
// Space: x to the right, y up, the floor at 0. Directions in degrees: 0 is right, 90 is up.

const SPINE = 18; // each of two
const NECK = 15;
const ARM = [19, 20];
const LEG = [29, 28];
const FOOT = 11;
const ROUND = {
  head: 8.6, neck: 3.6, chest: 8.4, waist: 7.2, pelvis: 8.6, shoulder: 4.9, elbow: 3.9, hand: 2.8, hip: 7.4, knee: 5.1, ankle: 3.5, toe: 2.4,
};

const turn = (degrees) => (degrees * Math.PI) / 180;

/** The point at a distance from another, in a direction. */
export const from = ([x, y], degrees, length) => [x + length * Math.cos(turn(degrees)), y + length * Math.sin(turn(degrees))];

/** The joint between two bones that lead from `start` to `goal`; `bend` says to which side it stands out. */
function joint(start, goal, [first, second], bend) {
  const [dx, dy] = [goal[0] - start[0], goal[1] - start[1]];
  const distance = Math.min(Math.hypot(dx, dy), first + second - 0.01);
  const angle = Math.acos((first ** 2 + distance ** 2 - second ** 2) / (2 * first * distance));
  return from(start, (Math.atan2(dy, dx) + bend * angle) / turn(1), first);
}

/** Joints of a limb: `{ a: [direction, direction] }`, `{ to: point, bend: 1 | -1 }`, or `{ at: [joint, end] }` where it is foreshortened. */
function limb(start, wanted, bones) {
  if (wanted.at) return [start, ...wanted.at];
  if (wanted.to) {
    const middle = joint(start, wanted.to, bones, wanted.bend ?? 1);
    const end = Math.atan2(wanted.to[1] - middle[1], wanted.to[0] - middle[0]) / turn(1);
    return [start, middle, from(middle, end, bones[1])];
  }
  const middle = from(start, wanted.a[0], bones[0]);
  return [start, middle, from(middle, wanted.a[1], bones[1])];
}

/** All joints of a pose. Seen from the front, arms and legs begin beside the spine. */
export function joints(pose) {
  const waist = from(pose.hip, pose.spine[0], SPINE);
  const chest = from(waist, pose.spine[1], SPINE);
  const head = from(chest, pose.head ?? pose.spine[1], NECK);
  const [across, hips] = pose.front ? [9, 5] : [0, 0];
  const beside = (point, degrees, distance) => from(point, degrees - 90, distance);
  return {
    hip: pose.hip, waist, chest, head,
    nearArm: limb(beside(chest, pose.spine[1], across), pose.arm, ARM),
    farArm: limb(beside(chest, pose.spine[1], -across), pose.otherArm ?? pose.arm, ARM),
    nearLeg: leg(beside(pose.hip, pose.spine[0], hips), pose.leg),
    farLeg: leg(beside(pose.hip, pose.spine[0], -hips), pose.otherLeg ?? pose.leg),
  };
}

function leg(hip, wanted) {
  const [start, knee, ankle] = limb(hip, wanted, LEG);
  return [start, knee, ankle, from(ankle, wanted.foot ?? 0, wanted.footLength ?? FOOT)];
}

const arm = ([shoulder, elbow, hand]) => [
  [shoulder, ROUND.shoulder, elbow, ROUND.elbow],
  [elbow, ROUND.elbow, hand, ROUND.hand],
];
const legParts = ([hip, knee, ankle, toe]) => [
  [hip, ROUND.hip, knee, ROUND.knee],
  [knee, ROUND.knee, ankle, ROUND.ankle],
  [ankle, ROUND.ankle, toe, ROUND.toe],
];

/** The pieces of a figure, those behind the body apart: seen from the front nothing is behind. */
export function pieces(pose) {
  const body = joints(pose);
  const trunk = [
    [body.hip, ROUND.pelvis, body.waist, ROUND.waist],
    [body.waist, ROUND.waist, body.chest, ROUND.chest],
    [body.chest, ROUND.neck, body.head, ROUND.neck],
    [body.head, ROUND.head, body.head, ROUND.head],
  ];
  const near = [...trunk, ...arm(body.nearArm), ...legParts(body.nearLeg)];
  const far = [...(pose.otherArm ? arm(body.farArm) : []), ...(pose.otherLeg ? legParts(body.farLeg) : [])];
  return pose.front ? { near: [...near, ...arm(body.farArm), ...legParts(body.farLeg)], far: [] } : { near, far };
}

const number = (value) => String(Math.round(value * 10) / 10).replace(/^(-?)0\./, "$1.");
const at = ([x, y]) => `${number(x)} ${number(y)}`;

/** The outline of two discs and all between them, drawn in screen coordinates, always in the same direction of turn. */
export function capsule(first, firstRadius, second, secondRadius) {
  const distance = Math.hypot(second[0] - first[0], second[1] - first[1]);
  if (distance <= Math.abs(firstRadius - secondRadius) + 0.01) return disc(first, Math.max(firstRadius, secondRadius));
  const along = Math.atan2(second[1] - first[1], second[0] - first[0]);
  const open = Math.acos((firstRadius - secondRadius) / distance);
  const edge = ([x, y], radius, angle) => at([x + radius * Math.cos(angle), y + radius * Math.sin(angle)]);
  const arc = (radius, isLarge, point) => `A${number(radius)} ${number(radius)} 0 ${isLarge ? 1 : 0} 0 ${point}`;
  return `M${edge(first, firstRadius, along + open)}L${edge(second, secondRadius, along + open)}`
    + `${arc(secondRadius, open > Math.PI / 2, edge(second, secondRadius, along - open))}`
    + `L${edge(first, firstRadius, along - open)}${arc(firstRadius, open < Math.PI / 2, edge(first, firstRadius, along + open))}z`;
}

function disc([x, y], radius) {
  const r = number(radius);
  return `M${at([x + radius, y])}A${r} ${r} 0 1 0 ${at([x - radius, y])}A${r} ${r} 0 1 0 ${at([x + radius, y])}z`;
}
