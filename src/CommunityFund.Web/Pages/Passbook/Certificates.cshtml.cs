using CommunityFund.Books;
using CommunityFund.TimeBank.Holders;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>志愿服务记录证明 for whoever served: asked for, issued at once, printed as often as wanted.</summary>
public sealed class CertificatesModel(IConfiguration settings) : MemberPage
{
    [BindProperty]
    public string? From { get; set; }

    [BindProperty]
    public string? Until { get; set; }

    public IReadOnlyList<CertificateRow> Rows { get; private set; } = [];

    public string TypeFrom => TypeOf(From);

    public string TypeUntil => TypeOf(Until);

    public async Task OnGetAsync()
    {
        await Load();
        await Try(async () =>
        {
            LocalDate today = (await Holder.Ask(new MyPassbook(Pass), Ct)).Today;
            (From, Until) = (LocalDatePattern.Iso.Format(new LocalDate(today.Year, 1, 1)), LocalDatePattern.Iso.Format(today));
        });
    }

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate? from = Read("From", () => (LocalDate?)DayText.Read(From)), until = Read("Until", () => (LocalDate?)DayText.Read(Until));
        if (from is { } first && until is { } last && await Try(() => Holder.Run(new IssueMyCertificate(FormKey, Pass, first, last), Ct)))
        {
            Said = W["passbook.said-certificate"];
            return RedirectToPage();
        }

        var no = Refusal;
        Unprocessable();
        await Load();
        Refusal = no;
        return Page();
    }

    public async Task<IActionResult> OnGetPdfAsync(long id)
    {
        await Load();
        string site = settings["PublicAddress"] is { Length: > 0 } set ? set : $"{Request.Scheme}://{Request.Host}";
        return await TakePdf(async () => ServiceCertificatePaper.Of(await Holder.Ask(new MyCertificate(Pass, id), Ct), site, W));
    }

    private Task<bool> Load() => Try(async () => Rows = await Holder.Ask(new MyCertificates(Pass), Ct));
}
