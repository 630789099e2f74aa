/* Words for formats. */
#include "image/info.h"

static const char *const format_names[RS_IMAGE_N_FORMATS] = {
    [RS_IMAGE_UNKNOWN] = "unknown", [RS_IMAGE_JPEG] = "jpeg", [RS_IMAGE_PNG] = "png",
    [RS_IMAGE_TIFF] = "tiff",       [RS_IMAGE_GIF] = "gif",   [RS_IMAGE_BMP] = "bmp",
    [RS_IMAGE_WEBP] = "webp",       [RS_IMAGE_JP2] = "jp2",   [RS_IMAGE_NPY] = "npy",
    [RS_IMAGE_MP4] = "mp4",         [RS_IMAGE_AVI] = "avi",   [RS_IMAGE_HDF5] = "hdf5",
    [RS_IMAGE_NETCDF] = "netcdf",   [RS_IMAGE_HEIF] = "heif",
};

const char *rs_image_format_name(rs_image_format format)
{
    return (unsigned)format < RS_IMAGE_N_FORMATS ? format_names[format] : "unknown";
}
