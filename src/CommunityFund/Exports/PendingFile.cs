namespace CommunityFund.Exports;

/// <summary>
/// A file that is there whole or not at all: written beside its name, in a hidden file, and given its name when it is done. A
/// program that is killed leaves the name free; one that is cancelled leaves nothing.
/// </summary>
public sealed class PendingFile : IDisposable
{
    private readonly string _name;
    private readonly string _hidden;

    /// <param name="path">Where the file will be; one that is there already is replaced at the end.</param>
    public PendingFile(string path)
    {
        _name = Path.GetFullPath(path);
        _hidden = Path.Combine(Path.GetDirectoryName(_name)!, $".{Path.GetFileName(_name)}.part");
    }

    /// <summary>Opens it empty, for its owner alone: the books are nobody else's.</summary>
    public Stream Open() => new FileStream(_hidden, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.ReadWrite,
        BufferSize = 1 << 16,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    /// <summary>Gives the finished file its name.</summary>
    public void Finish() => File.Move(_hidden, _name, overwrite: true);

    public void Dispose() => File.Delete(_hidden);
}
