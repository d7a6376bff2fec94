using CommunityFund.Backups;
using CommunityFund.Books;

namespace CommunityFund.Web.Hosting;

/// <summary>What pages may know of where backups lie, beyond what the books themselves tell.</summary>
public sealed class BackupSite(Installation installation)
{
    /// <summary>False if the database is a server of others, whose keeper backs it up.</summary>
    public bool IsOurs => installation.IsPrivate;

    /// <summary>The file without which the log of operations proves nothing of persons.</summary>
    public string LogKey => Books.LogKey.PathIn(installation.DataDirectory);

    public string Data => installation.DataDirectory;

    /// <summary>The loss of one disk would take the backups with the books.</summary>
    public bool SharesDisk => BackupShelf.SharesDisk(installation);
}
