using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>Who has to sign, and when it was done.</summary>
public sealed record HandoverSigner(string Name, Instant? SignedAt);

/// <summary>A list of what is handed over, for the page and the printer.</summary>
/// <param name="Makers">Names for the vouchers' makers.</param>
public sealed record HandoverView(
    long HandoverId, Role Role, HandoverSigner From, HandoverSigner To, HandoverSigner Supervisor, string DrawnBy, Instant DrawnAt,
    string Digest, HandoverContent Content, IReadOnlyDictionary<long, string> Makers, bool MaySign);

/// <summary>One list, for its three signers and for whoever keeps or watches the books.</summary>
public sealed record HandoverPage(long Handover) : Query<HandoverView>
{
    internal static readonly Role[] Readers =
        [Role.Admin, Role.FinanceOffice, Role.Panel, Role.Accountant, Role.Cashier, Role.VoucherReviewer];

    internal override Need Needs => Need.Person;

    internal override async Task<HandoverView> Answer(Work work, CancellationToken ct)
    {
        Handover row = await work.Db.Set<Handover>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.HandoverId == Handover, ct)
            ?? throw new RefusedException(SignHandover.Unknown);
        if (!row.IsSignedBy(work.ActorId))
        {
            work.Rights.Require(Need.Any(Readers).ForWholeBook(), isOperator: false);
        }

        Dictionary<long, Instant> signed = await work.Db.Set<HandoverSignature>()
            .Where(sign => sign.BookId == work.Book && sign.HandoverId == Handover)
            .ToDictionaryAsync(sign => sign.PersonId, sign => sign.SignedAt, ct);
        HandoverContent content = JsonSerializer.Deserialize<HandoverContent>(row.Content, CommandJson.Plain)!;
        var names = await PersonName.Of(work, content.Vouchers.Select(voucher => (long?)voucher.MakerId)
            .Concat([row.FromId, row.ToId, row.SupervisorId, row.DrawnBy]), ct);
        return new HandoverView(
            row.HandoverId, row.Role, Signer(row.FromId), Signer(row.ToId), Signer(row.SupervisorId), names[row.DrawnBy], row.DrawnAt,
            Convert.ToHexStringLower(row.Digest), content, names,
            row.IsSignedBy(work.ActorId) && !signed.ContainsKey(work.ActorId));

        HandoverSigner Signer(long person) => new(names[person], signed.TryGetValue(person, out Instant at) ? at : null);
    }
}
