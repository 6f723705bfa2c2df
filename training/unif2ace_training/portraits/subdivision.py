"""One level of Catmull–Clark subdivision as a sparse matrix (Catmull and Clark 1978), so that it can be reused."""

# V vertices, Q quads, E edges

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def catmull_clark(num_vertices: int, quads_Q4: NDArray[np.int64]) -> tuple[sparse.csr_matrix, NDArray[np.int64]]:
    """The matrix [V + E + Q, V] that makes the finer vertices, and the finer quads [4 Q, 4].

    The finer vertices are, in this order, those of the old vertices, of the edges and of the faces.
    """
    num_quads = len(quads_Q4)
    corners = np.stack([quads_Q4, np.roll(quads_Q4, -1, axis=1)], axis=-1)
    edges_E2, edge_of = np.unique(np.sort(corners, axis=-1).reshape(-1, 2), axis=0, return_inverse=True)
    edge_of_Q4 = edge_of.reshape(-1, 4)
    num_edges = len(edges_E2)

    face_points = _incidence(quads_Q4, num_vertices) / 4
    edge_middles = _incidence(edges_E2, num_vertices) / 2
    faces_of_edge = _incidence(edge_of_Q4, num_edges).T.tocsr()
    faces_a_edge = np.asarray(faces_of_edge.sum(axis=1)).ravel()
    is_border_E = faces_a_edge == 1
    beside = sparse.diags(1 / faces_a_edge) @ faces_of_edge @ face_points
    inner = np.where(is_border_E, 0.0, 0.5)
    edge_points = sparse.diags(1 - inner) @ edge_middles + sparse.diags(inner) @ beside

    edges_of_vertex = _incidence(edges_E2, num_vertices).T.tocsr()
    faces_of_vertex = _incidence(quads_Q4, num_vertices).T.tocsr()
    valence = np.maximum(np.asarray(edges_of_vertex.sum(axis=1)).ravel(), 1)
    faces_a_vertex = np.maximum(np.asarray(faces_of_vertex.sum(axis=1)).ravel(), 1)
    ring = sparse.diags(2 / valence**2) @ edges_of_vertex @ edge_middles
    fan = sparse.diags(1 / (valence * faces_a_vertex)) @ faces_of_vertex @ face_points
    smooth = sparse.diags((valence - 3) / valence) + ring + fan
    border = edges_E2[is_border_E]
    border_edges = _incidence(border, num_vertices)
    along_border = sparse.identity(num_vertices) / 2 + border_edges.T @ border_edges / 8
    on_border = np.zeros(num_vertices)
    on_border[border.ravel()] = 1
    vertex_points = sparse.diags(1 - on_border) @ smooth + sparse.diags(on_border) @ along_border

    matrix = sparse.csr_matrix(sparse.vstack([vertex_points, edge_points, face_points]))
    edge_ids = num_vertices + edge_of_Q4
    centre = num_vertices + num_edges + np.arange(num_quads)
    finer = np.stack(
        [np.stack([quads_Q4[:, k], edge_ids[:, k], centre, edge_ids[:, k - 1]], axis=1) for k in range(4)], axis=1
    )
    return matrix, finer.reshape(-1, 4)


def _incidence(members: NDArray[np.int64], num_columns: int) -> sparse.csr_matrix:
    """Row i has a 1 in each column of members[i]; a repeated member counts each time."""
    rows = np.repeat(np.arange(len(members)), members.shape[1])
    ones = np.ones(members.size)
    return sparse.csr_matrix((ones, (rows, members.ravel())), shape=(len(members), num_columns))
