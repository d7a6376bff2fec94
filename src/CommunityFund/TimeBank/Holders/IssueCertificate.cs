using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>Whoever served asks for a certificate and has it at once, free of charge (志愿服务记录与证明出具办法): it says what the records say.</summary>
public sealed record IssueMyCertificate(Guid Key, MemberPass Pass, LocalDate From, LocalDate Until) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        return await IssueCertificate.Issue(work.In(me.BookId), me, From, Until, me.PersonId, ct);
    }
}

/// <summary>A coordinator issues it for somebody who asked.</summary>
public sealed record IssueCertificate(Guid Key, long Person, LocalDate From, LocalDate Until) : Command<long>(Key)
{
    /// <summary>The first day is after the last, or the last has not come.</summary>
    public const string BadDays = "certificate.bad-days";

    /// <summary>Nothing was confirmed in those days.</summary>
    public const string Nothing = "certificate.nothing";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await GiveHoursFor.ProgrammeOf(work, Person, ct));

    internal override async Task<long> Apply(Work work, CancellationToken ct) => await Issue(
        work, await Member.Find(work, Person, ct) ?? throw new RefusedException(Member.Unknown), From, Until, work.ActorId, ct);

    internal static async Task<long> Issue(Work work, Member member, LocalDate from, LocalDate until, long by, CancellationToken ct)
    {
        if (from > until || until > work.Today)
        {
            throw new RefusedException(BadDays);
        }

        CertifiedHours says = await ServiceRecords.Of(work, member.PersonId, from, until, ct);
        if (says.Minutes <= 0)
        {
            throw new RefusedException(Nothing, ("from", from), ("until", until));
        }

        string text = says.Text();
        ServiceCertificate certificate = new()
        {
            BookId = work.Book,
            FundId = member.FundId,
            PersonId = member.PersonId,
            Number = await FreeNumber(work, ct),
            Salt = RandomNumberGenerator.GetBytes(16),
            FromDay = from,
            UntilDay = until,
            Content = text,
            ContentSha256 = SHA256.HashData(Encoding.UTF8.GetBytes(text)),
            IssuedBy = by,
            IssuedAt = work.Now,
        };
        work.Db.Add(certificate);
        await work.Db.SaveChangesAsync(ct);
        return certificate.ServiceCertificateId;
    }

    private static async Task<string> FreeNumber(Work work, CancellationToken ct)
    {
        string number;
        do
        {
            number = string.Create(CultureInfo.InvariantCulture, $"{work.Today.Year:D4}-{RandomNumberGenerator.GetInt32(100_000_000):D8}");
        }
        while (await work.Db.Set<ServiceCertificate>().AnyAsync(row => row.Number == number, ct));
        return number;
    }
}
