using CommunityFund.Agency;
using CommunityFund.Books;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Agency;

/// <summary>The statement of money held for others, and its matters.</summary>
public sealed class IndexModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public string? Until { get; set; }

    public AgencyStatementView? View { get; private set; }

    public Task OnGetAsync() => Ask(Session.Ask);

    public async Task<IActionResult> OnGetWorkbookAsync() => await Ask(Session.Download)
        ? File(AgencyWorkbook.Draw(View!, W), Xlsx, AgencyWorkbook.FileName(View!, W))
        : Page();

    private Task<bool> Ask(Func<AgencyStatement, CancellationToken, Task<AgencyStatementView>> answer)
    {
        LocalDate? until = string.IsNullOrWhiteSpace(Until) ? null : Day(nameof(Until), Until);
        return Try(async () => View = await answer(new AgencyStatement(ModelState.IsValid ? until : null), Ct));
    }
}
