using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations;

/// <summary>A donor comes into the register, or what is known of one is put right: each time a new version.</summary>
/// <param name="Donor">Who is put right; null for a new one, found by name and kind.</param>
/// <param name="Version">The version that was looked at; 0 for a new donor.</param>
public sealed record NoteDonor(
    Guid Key, long? Donor, [property: Personal] string Name, PersonKind Kind, DonorPlace Place, DonorNaming Naming,
    [property: Personal] string Alias, bool IsRelated, bool IsMain, [property: Personal] DonorContact Contact, int Version = 0) : Command<long>(Key)
{
    /// <summary>Nobody is named.</summary>
    public const string NameMissing = "donor.name-missing";

    /// <summary>A public name is asked for and not given, or given and not asked for.</summary>
    public const string BadAlias = "donor.bad-alias";

    /// <summary>Somebody else has put the donor right meanwhile.</summary>
    public const string Changed = "donor.changed";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Donations.Donor.Keepers).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        long donor = Donor ?? await Counterparty.FindOrAdd(work, Kind, Name, ct) ?? throw new RefusedException(NameMissing);
        await work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('donor'), {(int)(donor % int.MaxValue)})", ct);
        int last = await work.Db.Set<Donor>().Where(row => row.BookId == work.Book && row.DonorId == donor)
            .Select(row => (int?)row.Version).MaxAsync(ct) ?? 0;
        if (Donor is not null && (last != Version || !await DonorBook.IsKnown(work, donor, ct)))
        {
            throw new RefusedException(Changed);
        }

        string alias = PlainText.Of(Alias);
        if (alias.Length > 60 || (alias.Length > 0) != (Naming == DonorNaming.Alias))
        {
            throw new RefusedException(BadAlias, ("limit", 60));
        }

        // A form for a new donor that names one who is here adds what it says and keeps what it leaves open.
        DonorContact contact = Contact.Checked();
        if (Donor is null && contact.IsEmpty && last > 0)
        {
            contact = DonorContact.Open(work, donor, await work.Db.Set<Donor>()
                .Where(row => row.BookId == work.Book && row.DonorId == donor && row.Version == last).Select(row => row.Contact).SingleAsync(ct));
        }

        work.Db.Add(new Donor
        {
            BookId = work.Book,
            DonorId = donor,
            Version = (short)(last + 1),
            Place = Place,
            Naming = Naming,
            Alias = alias,
            IsRelated = IsRelated,
            IsMain = IsMain,
            Contact = contact.Seal(work, donor),
            NotedBy = work.ActorId,
            NotedAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return donor;
    }
}

/// <summary>Whom this book knows as a donor: of the register, or by a gift.</summary>
internal static class DonorBook
{
    /// <summary>There is no such donor in this book.</summary>
    public const string Unknown = "donor.unknown";

    public static async Task<bool> IsKnown(Work work, long donor, CancellationToken ct) =>
        await work.Db.Set<Donor>().AnyAsync(row => row.BookId == work.Book && row.DonorId == donor, ct)
        || await work.Db.Set<Donation>().AnyAsync(row => row.BookId == work.Book && row.DonorId == donor, ct);

    /// <summary>What may be said in public of who gave: the name, the public name, or nothing.</summary>
    public static string? PublicName(string? name, GiftNaming gift, Donor? donor) => (gift, donor?.Naming) switch
    {
        _ when name is null => null,
        (GiftNaming.Hidden, _) or (GiftNaming.AsDonor, DonorNaming.Hidden) => null,
        (GiftNaming.Alias, _) or (GiftNaming.AsDonor, DonorNaming.Alias) => donor?.Alias is { Length: > 0 } alias ? alias : null,
        _ => name,
    };
}
