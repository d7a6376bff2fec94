using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Documents;

/// <summary>Documents that came later: the voucher's maker adds them while it waits for review.</summary>
public sealed record EncloseDocuments(Guid Key, long Voucher, IReadOnlyList<Enclosure> Documents) : Command<Done>(Key)
{
    /// <summary>Nothing was chosen.</summary>
    public const string NothingChosen = "document.nothing-chosen";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Role.Accountant).For(await work.Db.VoucherLines
            .Where(line => line.BookId == work.Book && line.VoucherId == Voucher).Select(line => line.FundId).Distinct()
            .ToListAsync(ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        if (Documents.Count == 0)
        {
            throw new RefusedException(NothingChosen);
        }

        await Enclosure.Write(work, Voucher, Documents, ct);
        return Done.It;
    }
}
