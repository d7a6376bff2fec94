using System.ComponentModel.DataAnnotations;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>The register of projects: what costs are for.</summary>
public sealed class ProjectsModel : FundPage
{
    public IReadOnlyList<ProjectRow> Projects { get; private set; } = [];

    public IReadOnlyList<FundNumber> Funds { get; private set; } = [];

    public bool MayChange { get; private set; }

    [BindProperty]
    public ProjectForm Form { get; set; } = new();

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Try(() => Session.Run(new OpenProject(
            FormKey, Form.Code ?? "", Form.Name ?? "", Form.Fund, Form.Class ?? "", Form.Community ?? ""), Ct)))
        {
            Said = W["projects.said-open"];
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    public async Task<IActionResult> OnPostCloseAsync(long project)
    {
        if (await Try(() => Session.Run(new CloseProject(FormKey, project), Ct)))
        {
            Said = W["projects.said-closed"];
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        Projects = await Session.Ask(new ProjectList(), Ct);
        Funds = [.. (await Session.Ask(new FundNumbers(), Ct)).Where(fund => fund.IsOwn)];
        MayChange = (await WhoAmI()).Is(Role.Accountant, Role.Desk);
    });
}

/// <summary>What is typed for a project.</summary>
public sealed record ProjectForm
{
    [StringLength(20)]
    public string? Code { get; init; }

    [StringLength(100)]
    public string? Name { get; init; }

    public string? Class { get; init; }

    [StringLength(60)]
    public string? Community { get; init; }

    public int? Fund { get; init; }
}
