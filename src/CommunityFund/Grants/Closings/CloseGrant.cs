using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime.Text;

namespace CommunityFund.Grants.Closings;

/// <summary>准予结项: the desk prepares, the panel confirms. With the second signature what is still promised is given up, the project takes no
/// more costs, and the certificate is issued.</summary>
public sealed record CloseGrant(Guid Key, long Grant, int Version) : Command<GrantMoved>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        (await GrantMoves.NeedOf(work, Grant, GrantMove.Close, ct)).Proved();

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        GrantMoves.Make(work, Grant, Version, GrantMove.Close, "", "", ct, async (grant, facts, signed) =>
        {
            IReadOnlyList<long> vouchers = await UnpaidPromise.GiveUp(work, grant, "结项，冲回未拨承诺", "结项，未拨款项取消", ct);
            await CloseProjects(work, Grant, isOpen: false, ct);
            GrantSignature[] order = [.. signed.OrderBy(row => row.At)];
            work.Db.Add(await Certificate(work, grant, facts, order[0].PersonId!.Value, work.ActorId, ct));
            await work.Db.SaveChangesAsync(ct);
            return vouchers;
        });

    /// <summary>The project of the award that runs takes costs, or takes none any more.</summary>
    internal static async Task CloseProjects(Work work, long grant, bool isOpen, CancellationToken ct)
    {
        GrantAward? award = await GrantAward.Open(work, grant, ct);
        Project? project = award is null ? null : await work.Db.Set<Project>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.ProjectId == award.ProjectId, ct);
        if (project is not null)
        {
            project.ClosedOn = isOpen ? null : work.Today;
            await work.Db.SaveChangesAsync(ct);
        }
    }

    private static async Task<GrantCertificate> Certificate(Work work, GrantCase grant, GrantFacts facts, long first, long second,
        CancellationToken ct)
    {
        int before = await work.Db.Set<GrantCertificate>().CountAsync(row => row.BookId == work.Book && row.GrantId == grant.GrantId, ct);
        string number = before == 0 ? $"结项-{grant.Number}" : $"结项-{grant.Number}-{before + 1}";
        GrantAssessment assessment = (await GrantAssessment.Newest(work, grant.GrantId, ct))!;
        AuditSum total = facts.Closing.Audit!.Total;
        string content = GrantReport.Write(new
        {
            number,
            grant = grant.GrantId,
            issued = LocalDatePattern.Iso.Format(work.Today),
            awarded = total.Planned.Units,
            advanced = total.Paid.Units,
            acquitted = total.Acquitted.Units,
            returned = total.Returned.Units,
            givenUp = (total.Planned - total.Paid).Units,
            report = assessment.ReportNo,
            grade = assessment.Grade,
            lead = grant.LeadId,
            finLead = grant.FinLeadId,
        });
        return new GrantCertificate
        {
            BookId = work.Book,
            GrantId = grant.GrantId,
            CertificateNo = (short)(before + 1),
            Number = number,
            Content = content,
            Sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(content)),
            IssuedOn = work.Today,
            IssuedAt = work.Now,
            FirstBy = first,
            SecondBy = second,
        };
    }
}
