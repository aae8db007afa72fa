"""A surface at rest and a pose enter; its vertices and normals in the room leave: dual-quaternion skinning.

Blending rigid motions as unit dual quaternions keeps volumes where blending matrices makes knees collapse (Kavan et al.
2007, doi 10.1145/1230100.1230107).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.spatial.transform import Rotation

from scripts.render_samples.shapes import ORIGIN, SEGMENTS, Array, Athlete, Index, Pose, Surface


def dual_quaternions(athlete: Athlete, pose: Pose) -> Array:
    """(T, S, 8): per segment the rigid motion from rest, rotation (w, x, y, z) first, signs alike along the body."""
    rest = np.stack([athlete.joints_m[ORIGIN[segment]] for segment in SEGMENTS])
    shape = pose.rotation.shape[:2]
    turn = Rotation.from_matrix(pose.rotation.reshape(-1, 3, 3)).as_quat()[:, [3, 0, 1, 2]].reshape(*shape, 4)
    turn = turn * np.where(turn[..., :1] < 0.0, -1.0, 1.0)
    move = pose.position_m - np.einsum("tsij,sj->tsi", pose.rotation, rest)
    dual = 0.5 * _product(np.concatenate([np.zeros((*shape, 1)), move], axis=-1), turn)
    return np.concatenate([turn, dual], axis=-1)


def _product(a: Array, b: Array) -> Array:
    """Hamilton product of quaternions (..., 4)."""
    scalar = a[..., :1] * b[..., :1] - np.sum(a[..., 1:] * b[..., 1:], axis=-1, keepdims=True)
    vector = a[..., :1] * b[..., 1:] + b[..., :1] * a[..., 1:] + np.cross(a[..., 1:], b[..., 1:])
    return np.concatenate([scalar, vector], axis=-1)


def pose_surface(surface: Surface, motion: Array) -> Array:
    """(V, 3) vertices for one frame's segments `motion` (S, 8)."""
    parts = motion[surface.segments]
    main = parts[np.arange(len(parts)), surface.weights.argmax(axis=1), :4]
    alike = np.einsum("vkq,vq->vk", parts[..., :4], main)
    blend = np.einsum("vk,vkq->qv", np.where(alike < 0.0, -surface.weights, surface.weights), parts)
    blend /= np.sqrt(np.sum(blend[:4] ** 2, axis=0))
    w, v, dual_w, dual_v = blend[0], blend[1:4], blend[4], blend[5:]
    points = surface.vertices_m.T
    turned = points + 2.0 * _cross(v, _cross(v, points) + w * points)
    return np.ascontiguousarray((turned + 2.0 * (w * dual_v - dual_w * v + _cross(v, dual_v))).T)


def _cross(a: Array, b: Array) -> Array:
    """Of (3, V) by (3, V): several times as quick as numpy's along the last axis."""
    return np.stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def landmarks_at(athlete: Athlete, pose: Pose) -> Array:
    """(T, L, 3) of the athlete's landmarks, each fixed to its segment."""
    found = []
    for landmark in athlete.landmarks.values():
        i = SEGMENTS.index(landmark.segment)
        offset = landmark.rest_m - athlete.joints_m[ORIGIN[landmark.segment]]
        found.append(pose.position_m[:, i] + pose.rotation[:, i] @ offset)
    return np.stack(found, axis=1)


class Normals:
    """Smooth normals of a mesh of fixed triangles; what can be worked out once is kept."""

    def __init__(self, faces: Index, n_vertices: int) -> None:
        corners = faces.T.ravel()
        columns = np.tile(np.arange(len(faces)), 3)
        self._faces = faces
        self._gather = csr_matrix((np.ones(len(corners)), (corners, columns)), shape=(n_vertices, len(faces)))

    def of(self, vertices_m: Array) -> Array:
        """(V, 3) unit; larger triangles count more."""
        a, b, c = (vertices_m[self._faces[:, i]] for i in range(3))
        summed = np.asarray(self._gather @ _cross((b - a).T, (c - a).T).T)
        length = np.linalg.norm(summed, axis=1, keepdims=True)
        return np.asarray(summed / np.where(length > 0.0, length, 1.0))
