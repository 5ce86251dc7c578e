"""What the keys of look-up tables are: a table whose keys are data says so, `dict[FileName, Sha256]`."""

from typing import Any

FileName = str  # of a delivered file, a path below its delivery, with slashes
Sha256 = str  # 64 hexadecimal digits
Identifier = str  # a scan's name for people, unique in the catalog
TagName = str  # of metadata in a picture, as exiv2 names it: Exif.Image.Artist
Column = str  # of a table, a query, a CSV file or a list
Code = str  # stable reason of a finding or refusal
TableName = str  # of the catalog
ObjectKey = str  # of an object in a bucket
PictureId = str  # of a picture in a table of votes: an item's UUID, or what another laboratory calls it
RaterId = str  # pseudonym of a rater, or what another laboratory calls one
Rule = str  # of screening, by which votes are set aside
Word = str  # a name that the settings, a form or a page gives a value
FigureName = str  # of a metric, as `psnr_rgb`
RowName = str  # of a benchmark's line, METHOD/PRESET
GroupName = str  # of a benchmark's part: a skin tone, a decade
MethodName = str  # of a method of colouring
Algorithm = str  # of checksums, as `sha256`
Digests = dict[Algorithm, str]  # the hexadecimal digests of one file
Json = dict[Word, Any]  # an object of JSON, at the edge where it is written or was read
Component = str  # of `heritage-color up`: one of Airflow's programs, or web
DatabaseName = str  # on the catalog's server
Variable = str  # of a process's environment
FormField = str  # of a DAG's form
FormValue = str | int | float | bool | list[str] | list[int] | None  # what is entered there
Stage = str  # of the demonstration, as its table names it
Group = str  # of people, as an OpenID Connect provider calls it
HeaderName = str  # of an HTTP request or answer
Address = str  # of a page, from its first slash
